using System.Collections;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Files;

// Writes the data files of one commit, and the vectors of its marked rows. Files of a commit that was not made are taken away again.
internal sealed class DataFiles(IObjectStore store, DuckDbSession session, TimeProvider time)
{
    private readonly List<AddFile> _written = [];
    private readonly List<string> _vectors = [];

    public IReadOnlyList<AddFile> Written => _written;

    // Writes the rows of a query as one file, and answers how many they are. No file is made of no rows.
    public async Task<long> WriteAsync(SqlText query, TableShape shape, CancellationToken cancellationToken)
    {
        var name = $"part-{Guid.NewGuid():D}.zstd.parquet";
        using var draft = store.Draft(name);
        var copy = SqlText.Of(
            $"COPY ({query}) TO {SqlText.Literal(draft.Path)} (FORMAT parquet, COMPRESSION zstd, RETURN_STATS)");
        var (rows, columns) = session.Rows(
            copy, r => (Convert.ToInt64(r.GetValue(1), null), (IDictionary)r.GetValue(4)), cancellationToken).Single();
        if (rows == 0)
        {
            return 0;
        }

        RequireValues(columns, shape);
        _written.Add(new AddFile
        {
            Path = name,
            Size = await draft.CompleteAsync(cancellationToken),
            ModificationTime = time.GetUtcNow(),
            Stats = ParquetStats.Of(rows, columns, shape),
        });
        return rows;
    }

    // Answers the files as they are once these of their rows are marked. All vectors of a commit are one file.
    public async Task<IReadOnlyList<MarkedFile>> MarkAsync(
        IReadOnlyList<(AddFile File, MarkedRows Rows)> marks, CancellationToken cancellationToken)
    {
        if (marks.Count == 0)
        {
            return [];
        }

        var (name, vectors) = await new VectorFiles(store).WriteAsync([.. marks.Select(m => m.Rows)], cancellationToken);
        _vectors.Add(name);
        return [.. marks.Select((m, i) => MarkedFile.Of(m.File, vectors[i]))];
    }

    // Called only when it is certain that no commit names the files.
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync([.. _written.Select(f => f.Path), .. _vectors], cancellationToken);
        }
        catch (StoreException)
        {
            // What is left is an orphan, which vacuum takes.
        }

        _written.Clear();
        _vectors.Clear();
    }

    // Tables of other writers may have columns that must not be null.
    private void RequireValues(IDictionary columns, TableShape shape)
    {
        foreach (var field in shape.Schema.Fields.Where(f => !f.Nullable))
        {
            if (ParquetStats.NullCount(columns, shape.Present[Input.TableColumn.Fold(field.Name)]) is not 0)
            {
                throw new PermanentBatchException(
                    $"Column {field.Name} of the table {store.Address} must not be null, but rows of the batch have no value for it; "
                    + "write the file with values, or allow nulls in the table.");
            }
        }
    }
}
