namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Says that the database is older than the oldest one that this version takes over.</summary>
/// <param name="found">The newest migration that the database has.</param>
/// <param name="oldest">The oldest migration that can be taken over.</param>
public sealed class OldDatabaseException(int found, int oldest) : MigrationRefusedException(
    $"The database is at migration {found}, and this version of OrleansBatch takes over databases from migration {oldest} on: "
    + $"migrate it with a version that knows migration {oldest} first, or begin with a new database.");
