using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Changes;

// Finds the rows with the keys of an upsert, file by file. Only the key columns of files that may match are read.
internal sealed class FileProbe(DuckDbSession session, IObjectStore store, UpsertSource source, bool mayMark)
{
    // So many files are looked at together: more would have to lie on this host at the same time.
    private const int Together = 64;

    private static readonly SqlText _found = SqlText.Identifier("own_found");

    public async Task FindAsync(
        IReadOnlyList<AddFile> files, TableShape shape, FileMatches matches, CancellationToken cancellationToken)
    {
        // A key that the table lacks is null in all its rows, and a null has no equal.
        if (source.Keys.Any(k => !shape.Present.ContainsKey(k.Key)))
        {
            return;
        }

        foreach (var some in KeyBounds.Of(session, source, cancellationToken).MayHold(files).Chunk(Together))
        {
            using var fetched = await FetchedFiles.OfAsync(session, store, some, cancellationToken);
            if (mayMark)
            {
                Mark(fetched, Query(fetched, some, RowPlace.Of(shape), shape), matches, cancellationToken);
            }
            else
            {
                Count(Query(fetched, some, RowPlace.InFile(shape), shape), cancellationToken)
                    .ForEach(f => matches.Rewrite(fetched.At(f.Path), f.Rows));
            }
        }
    }

    private SqlText Query(FetchedFiles fetched, AddFile[] files, RowPlace place, TableShape shape)
    {
        var (mine, his) = source.Names();
        var row = place.Row is { } number ? SqlText.Of($", {mine}.{number} AS place") : SqlText.Trusted(string.Empty);
        return SqlText.Of($"""
            (SELECT {mine}.{place.File} AS file{row} FROM {fetched.Rows(files, shape, place)} AS {mine}
            SEMI JOIN {source.Matching} AS {his} ON {source.On(mine, his)})
            """);
    }

    // The rows that are found wait in a table, which may spill: the batch may be large.
    private void Mark(FetchedFiles fetched, SqlText query, FileMatches matches, CancellationToken cancellationToken)
    {
        session.Execute(SqlText.Of($"CREATE OR REPLACE TEMP TABLE {_found} AS {query}"), cancellationToken);
        foreach (var (path, rows) in Count(_found, cancellationToken))
        {
            var file = fetched.At(path);
            if (MarkRule.Marks(file, rows))
            {
                matches.Mark(file, Marked(fetched, path, cancellationToken), rows);
            }
            else
            {
                matches.Rewrite(file, rows);
            }
        }

        session.Execute(SqlText.Of($"DROP TABLE {_found}"));
    }

    private List<(string Path, long Rows)> Count(SqlText found, CancellationToken cancellationToken) => session.Rows(
        SqlText.Of($"SELECT file, count(*) FROM {found} GROUP BY 1 ORDER BY 1"), r => (r.GetString(0), r.GetInt64(1)), cancellationToken);

    private MarkedRows Marked(FetchedFiles fetched, string path, CancellationToken cancellationToken)
    {
        var found = session.Read(
            SqlText.Of($"SELECT place FROM {_found} WHERE file = {SqlText.Literal(path)}"),
            r => MarkedRows.Of(Places(r)),
            cancellationToken);
        if (fetched.MarkedOf(fetched.At(path)) is not { } before)
        {
            return found;
        }

        using (found)
        {
            return before.With(found);
        }
    }

    private static IEnumerable<long> Places(System.Data.Common.DbDataReader reader)
    {
        while (reader.Read())
        {
            yield return reader.GetInt64(0);
        }
    }
}
