namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Says that the database belongs to a newer version of the program, which this one must not touch.</summary>
public sealed class NewerDatabaseException : MigrationRefusedException
{
    private NewerDatabaseException(string message)
        : base(message)
    {
    }

    internal static NewerDatabaseException Unknown(int found, int known) => new(
        $"The database belongs to a newer version of OrleansBatch (it has migration {found}, this program knows {known}): "
        + "update this program.");

    internal static NewerDatabaseException Incompatible(SchemaVersion database, Version program) => new(
        $"The database belongs to OrleansBatch {database.Program}, and programs before {database.LowestProgram} may not run on it. "
        + $"This program is {program}: update this program.");
}
