using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Changes;

// Writes rows of data files anew, streamed from file to file, so that memory stays bounded. Small files become one.
internal sealed class Rewrite(DuckDbSession session, IObjectStore store, DataFiles written, int targetMegabytes)
{
    // The query gets the rows of some of the files, and answers the rows that go on.
    public async Task RunAsync(
        IEnumerable<AddFile> files, TableShape shape, Func<SqlText, SqlText> query, CancellationToken cancellationToken)
    {
        foreach (var bin in Bins(files))
        {
            using var fetched = await FetchedFiles.OfAsync(session, store, bin, cancellationToken);
            await written.WriteAsync(query(fetched.Rows(bin, shape)), shape, cancellationToken);
        }
    }

    private IEnumerable<IReadOnlyList<AddFile>> Bins(IEnumerable<AddFile> files)
    {
        var (bin, size) = (new List<AddFile>(), 0L);
        foreach (var file in files.OrderBy(f => f.ModificationTime).ThenBy(f => f.Path, StringComparer.Ordinal))
        {
            if (bin.Count > 0 && size + file.Size > targetMegabytes * 1024L * 1024)
            {
                yield return bin;
                (bin, size) = ([], 0);
            }

            bin.Add(file);
            size += file.Size;
        }

        if (bin.Count > 0)
        {
            yield return bin;
        }
    }
}
