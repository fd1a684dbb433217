using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Files;

// Data files of a table that are readable on this host for as long as this object lives. Nobody else opens them, so that nobody sees
// rows that are marked as deleted.
internal sealed class FetchedFiles : IDisposable
{
    private static readonly SqlText _rowNumber = SqlText.Identifier(RowNumbers.Column);

    private readonly Dictionary<string, (AddFile File, IObjectFile Object)> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MarkedRows> _marked = new(StringComparer.Ordinal);
    private MarkedTable? _markedTable;

    private FetchedFiles()
    {
    }

    public static async Task<FetchedFiles> OfAsync(
        DuckDbSession session, IObjectStore store, IEnumerable<AddFile> files, CancellationToken cancellationToken)
    {
        var fetched = new FetchedFiles();
        try
        {
            await fetched.FetchAsync(store, files, cancellationToken);
            fetched.Mark(session);
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

    // The rows of a file that are marked, or null when none are.
    public MarkedRows? MarkedOf(AddFile file) => _marked.GetValueOrDefault(file.Path);

    // The rows of some of the files that are not marked, with the table's columns and their types. A file may lack columns, or hold them
    // in a narrower type.
    public SqlText Rows(IEnumerable<AddFile> files, TableShape shape, RowPlace? place = null)
    {
        var wanted = files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var paths = _byPath.Where(p => wanted.Contains(p.Value.File.Path)).Select(p => p.Key).ToList();
        if (paths.Count == 0)
        {
            return shape.NoRows;
        }

        var at = place ?? RowPlace.Of(shape);
        var hasMarked = paths.Exists(p => MarkedOf(At(p)) is not null);
        var read = ParquetSource.OfAll(
            paths, place is null && !hasMarked ? null : at.File.ToString().Trim('"'), withRowNumbers: hasMarked || place?.Row is not null);
        var all = SqlText.Of($"(SELECT * FROM {read} UNION ALL BY NAME SELECT * FROM {shape.NoRows})");
        return SqlText.Of(
            $"(SELECT {SqlText.Join(", ", Selected(shape, place))} FROM {(hasMarked ? Unmarked(all, at, shape) : all)})");
    }

    public void Dispose()
    {
        _markedTable?.Dispose();
        foreach (var marked in _marked.Values)
        {
            marked.Dispose();
        }

        foreach (var (_, found) in _byPath.Values)
        {
            found.Dispose();
        }
    }

    private async Task FetchAsync(IObjectStore store, IEnumerable<AddFile> files, CancellationToken cancellationToken)
    {
        var vectors = new VectorFiles(store);
        foreach (var file in files)
        {
            var found = file.IsAbsolute ? throw Elsewhere(store, file)
                : await store.TryFetchAsync(file.Path, cancellationToken) ?? throw Gone(store, file);
            _byPath.Add(found.Path, (file, found));
            if (file.DeletionVector is not null)
            {
                _marked.Add(file.Path, await vectors.ReadAsync(file, cancellationToken));
            }
        }
    }

    private void Mark(DuckDbSession session)
    {
        if (_marked.Count > 0)
        {
            _markedTable = new MarkedTable(
                session, _byPath.Where(p => MarkedOf(p.Value.File) is not null).Select(p => (p.Key, MarkedOf(p.Value.File)!.Places)));
        }
    }

    private static IEnumerable<SqlText> Selected(TableShape shape, RowPlace? place)
    {
        foreach (var column in shape.Columns)
        {
            var name = SqlText.Identifier(column.Name);
            yield return SqlText.Of($"CAST({name} AS {column.Type.Sql}) AS {name}");
        }

        if (place is not null)
        {
            yield return place.File;
        }

        if (place?.Row is { } row)
        {
            yield return SqlText.Of($"{_rowNumber} AS {row}");
        }
    }

    private SqlText Unmarked(SqlText rows, RowPlace at, TableShape shape)
    {
        var names = new FreeNames(shape.Columns.Select(c => c.Name));
        var (mine, marked) = (names.Next(), names.Next());
        return SqlText.Of(
            $"""
            {rows} AS {mine} ANTI JOIN {_markedTable!.Name} AS {marked}
            ON {mine}.{at.File} = {marked}.file AND {mine}.{_rowNumber} = {marked}.place
            """);
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
