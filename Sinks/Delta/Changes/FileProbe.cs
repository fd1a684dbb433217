using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Changes;

// Finds the data files that hold rows with the keys of an upsert. Only the key columns of files that may match are read.
internal sealed class FileProbe(DuckDbSession session, IObjectStore store, UpsertSource source)
{
    // So many files are looked at together: more would have to lie on this host at the same time.
    private const int Together = 64;

    public async Task<FileMatches> FindAsync(IReadOnlyList<AddFile> files, TableShape shape, CancellationToken cancellationToken)
    {
        // A key that the table lacks is null in all its rows, and a null has no equal.
        if (source.Keys.Any(k => !shape.Present.ContainsKey(k.Key)))
        {
            return FileMatches.None;
        }

        var (found, rows) = (new List<AddFile>(), 0L);
        foreach (var some in KeyBounds.Of(session, source, cancellationToken).MayHold(files).Chunk(Together))
        {
            using var fetched = await FetchedFiles.OfAsync(store, some, cancellationToken);
            foreach (var (file, count) in Probe(fetched, some, shape, cancellationToken))
            {
                found.Add(file);
                rows += count;
            }
        }

        return new FileMatches(found, rows);
    }

    private List<(AddFile File, long Rows)> Probe(
        FetchedFiles fetched, AddFile[] files, TableShape shape, CancellationToken cancellationToken)
    {
        var (mine, his) = source.Names();
        var name = new FreeNames(shape.Columns.Select(c => c.Name)).Next();
        var rows = fetched.Rows(files, shape, name.ToString().Trim('"'));
        return session.Rows(
            SqlText.Of($"""
                SELECT {mine}.{name}, count(*) FROM {rows} AS {mine}
                SEMI JOIN {source.Matching} AS {his} ON {source.On(mine, his)} GROUP BY 1
                """),
            r => (fetched.At(r.GetString(0)), r.GetInt64(1)),
            cancellationToken);
    }
}
