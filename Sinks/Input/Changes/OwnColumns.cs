using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Input.Changes;

// Columns that the sinks add to tables of change events. A file of a cdc run may not have them itself.
internal static class OwnColumns
{
    // True in a row that a soft delete has marked; false or null in any other.
    public const string Deleted = "_orleansbatch_deleted";

    // The sequences of the change that a version began with, and of the change that it ended with.
    public const string ValidFrom = "valid_from";
    public const string ValidTo = "valid_to";

    public static void Refuse(IRowSource file, Cdc rules)
    {
        var own = rules.History ? [Deleted, ValidFrom, ValidTo] : new[] { Deleted };
        if (file.Columns.FirstOrDefault(c => own.Contains(c.Key)) is { } column)
        {
            throw new PermanentBatchException(
                $"{file.Named} has the column {column.Name}, a name that tables of change events keep for themselves; "
                + "write the file without it, or under another name.");
        }
    }
}
