namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Says that a numbered file is not the one that the database was migrated with.</summary>
/// <param name="name">The file.</param>
public sealed class EditedMigrationException(string name) : MigrationRefusedException(
    $"The file {name} was changed after this database was migrated with it: "
    + "restore its text, and put the change into a new numbered file.");
