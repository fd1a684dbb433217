using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.Delta.Columns;

// DuckDB tells a row's place in its file by a column of this name. A column of the table hides it.
internal static class RowNumbers
{
    public const string Column = "file_row_number";

    public static bool AreTold(TableShape shape) => !shape.Present.ContainsKey(Input.TableColumn.Fold(Column));

    // Marked rows that can't be told from others would come back.
    public static void Require(TableShape shape, IEnumerable<AddFile> files, string address)
    {
        if (!AreTold(shape) && files.Any(f => f.DeletionVector is not null))
        {
            throw new PermanentBatchException(
                $"The table {address} has rows that are marked as deleted, and a column {Column}, by which name their places in the files "
                + "are known here. Purge the marked rows, give the column another name, or have the group loaded again by a full refresh.");
        }
    }
}
