namespace OrleansBatch.Drill.Tables;

// A row of a table. Every row names the batch that brought it, by its origin, and its place in the batch's file.
internal readonly record struct TableRow(Guid Run, int Batch, int Row, long Id)
{
    public override string ToString() => $"row {Row} of batch {Batch} of run {Run}, id {Id}";
}
