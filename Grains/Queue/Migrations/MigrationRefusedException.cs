namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Says why the migrator leaves a database as it is, and what to do.</summary>
/// <param name="message">The sentence for people.</param>
/// <param name="cause">What made it so, or null.</param>
public abstract class MigrationRefusedException(string message, Exception? cause = null) : Exception(message, cause);
