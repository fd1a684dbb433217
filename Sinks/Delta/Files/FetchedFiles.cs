using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Files;

// Data files of a table that are readable on this host for as long as this object lives.
internal sealed class FetchedFiles : IDisposable
{
    private readonly Dictionary<string, (AddFile File, IObjectFile Object)> _byPath = new(StringComparer.Ordinal);

    public static async Task<FetchedFiles> OfAsync(IObjectStore store, IEnumerable<AddFile> files, CancellationToken cancellationToken)
    {
        var fetched = new FetchedFiles();
        try
        {
            foreach (var file in files)
            {
                var found = file.IsAbsolute ? throw Elsewhere(store, file)
                    : await store.TryFetchAsync(file.Path, cancellationToken) ?? throw Gone(store, file);
                fetched._byPath.Add(found.Path, (file, found));
            }

            return fetched;
        }
        catch
        {
            fetched.Dispose();
            throw;
        }
    }

    // The file that DuckDB names by its path.
    public AddFile At(string path) => _byPath[path].File;

    // All rows of some of the files, with the table's columns and their types. A file may lack columns, or hold them in a narrower type.
    public SqlText Rows(IEnumerable<AddFile> files, TableShape shape, string? fileName = null)
    {
        var wanted = files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var paths = _byPath.Where(p => wanted.Contains(p.Value.File.Path)).Select(p => p.Key).ToList();
        var columns = SqlText.Join(", ", shape.Columns.Select(c =>
        {
            var name = SqlText.Identifier(c.Name);
            return SqlText.Of($"CAST({name} AS {c.Type.Sql}) AS {name}");
        }));
        if (paths.Count == 0)
        {
            return shape.NoRows;
        }

        var read = ParquetSource.OfAll(paths, fileName);
        var selected = fileName is null ? columns : SqlText.Of($"{columns}, {SqlText.Identifier(fileName)}");
        return SqlText.Of($"(SELECT {selected} FROM (SELECT * FROM {read} UNION ALL BY NAME SELECT * FROM {shape.NoRows}))");
    }

    public void Dispose()
    {
        foreach (var (_, found) in _byPath.Values)
        {
            found.Dispose();
        }
    }

    private static DeltaLogException Elsewhere(IObjectStore store, AddFile file) => new(
        $"The table {store.Address} is a shallow clone: its data file {file.Path} lies in another table, and this sink does not "
        + "rewrite such files. Make a table of its own of it, or have the group loaded to another lake.",
        DeltaLogTrouble.NotSupported);

    private static DeltaLogException Gone(IObjectStore store, AddFile file) => new(
        $"The table {store.Address} names the data file {file.Path}, which is gone: it was deleted, or vacuumed too early. Put the file "
        + "back, or have the group loaded again by a full refresh.",
        DeltaLogTrouble.Damaged);
}
