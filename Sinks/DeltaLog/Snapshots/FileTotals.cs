using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.DeltaLog.Snapshots;

// Sums over the files of a table. A commit brings them up to date, and costs no more where the table is large.
internal readonly record struct FileTotals(long Bytes, long Rows, int FilesWithoutRows, int AbsolutePaths)
{
    public FileTotals With(AddFile file) => Add(file, 1);

    public FileTotals Without(AddFile file) => Add(file, -1);

    private FileTotals Add(AddFile file, int sign) => new(
        Bytes + (sign * file.Size),
        Rows + (sign * (file.Rows ?? 0)),
        FilesWithoutRows + (file.Rows is null ? sign : 0),
        AbsolutePaths + (file.IsAbsolute ? sign : 0));
}
