using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.Delta.Changes;

// When rows are marked as deleted, and when their file is written anew instead.
internal static class MarkRule
{
    // Each reader reads marked rows, and drops them. Above this share a file without them is the cheaper one soon.
    public const double MostOfAFile = 0.05;

    // What the table says goes before the setting. Once rows of it were marked, the table says yes.
    public static bool Allows(DeltaMetadata? table, TableShape shape, bool setting) =>
        RowNumbers.AreTold(shape)
        && (table?.Configuration.TryGetValue(DeletionVector.EnablingProperty, out var said) is true
            ? "true".Equals(said, StringComparison.OrdinalIgnoreCase)
            : setting);

    // The same table, saying that its rows may be marked.
    public static DeltaMetadata Enable(DeltaMetadata table) =>
        table.Configuration.ContainsKey(DeletionVector.EnablingProperty)
            ? table
            : table with
            {
                Configuration = new Dictionary<string, string?>(table.Configuration) { [DeletionVector.EnablingProperty] = "true" },
            };

    // A file that does not tell how many rows it has can't have a vector.
    public static bool Marks(AddFile file, long more) =>
        file.Stats?.NumRecords is { } rows && more + (file.DeletionVector?.Cardinality ?? 0) <= rows * MostOfAFile;
}
