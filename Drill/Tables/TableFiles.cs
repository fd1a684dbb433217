using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Tables;

// Reads the rows of data files. One thread at a time.
internal sealed class TableFiles : IDisposable
{
    private const int Together = 64;
    private const int Megabytes = 256;

    private readonly DuckDbSession _session = new(Megabytes, threads: 1);

    // A file that is not there or can't be read is told of, and has no rows in the answer.
    public async Task<Dictionary<string, IReadOnlyList<TableRow>>> ReadAsync(
        IObjectStore store, IReadOnlyCollection<string> names, Action<string> trouble, CancellationToken ct)
    {
        var rows = new Dictionary<string, IReadOnlyList<TableRow>>(StringComparer.Ordinal);
        foreach (var some in names.Chunk(Together))
        {
            var files = new Dictionary<string, IObjectFile>(StringComparer.Ordinal);
            try
            {
                foreach (var name in some)
                {
                    if (await store.TryFetchAsync(name, ct) is { } file)
                    {
                        files[name] = file;
                    }
                    else
                    {
                        trouble($"the data file {name} is missing");
                    }
                }

                Read(files, rows, ct);
            }
            catch (DuckDB.NET.Data.DuckDBException e)
            {
                trouble($"data files can't be read: {e.Message}");
            }
            finally
            {
                foreach (var file in files.Values)
                {
                    file.Dispose();
                }
            }
        }

        return rows;
    }

    public void Dispose() => _session.Dispose();

    private void Read(Dictionary<string, IObjectFile> files, Dictionary<string, IReadOnlyList<TableRow>> rows, CancellationToken ct)
    {
        if (files.Count == 0)
        {
            return;
        }

        var paths = SqlText.Join(", ", files.Values.Select(f => SqlText.Literal(f.Path)));
        var read = _session.Rows(
            SqlText.Of($"SELECT filename, run, batch, place, id FROM read_parquet([{paths}], filename = true, union_by_name = true)"),
            r => (File: r.GetString(0), Row: new TableRow(Guid.Parse(r.GetString(1)), r.GetInt32(2), r.GetInt32(3), r.GetInt64(4))), ct)
            .ToLookup(r => r.File, r => r.Row);
        foreach (var (name, file) in files)
        {
            rows[name] = [.. read[file.Path]];
        }
    }
}
