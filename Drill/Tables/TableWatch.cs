using OrleansBatch.Drill.Checks;
using OrleansBatch.Drill.Work;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Tables;

// The tables of a drill: read all the time while silos write, and replayed from their first commit in the end.
internal sealed class TableWatch : IDisposable
{
    private readonly IObjectStore _lake;
    private readonly string _scratch;
    private readonly TableReader _reader;

    public TableWatch(IObjectStore lake, string directory, WorkLog work)
    {
        (_lake, _scratch) = (lake, Directory.CreateDirectory(Path.Combine(directory, "reader")).FullName);
        _reader = new TableReader(lake, _scratch, () => work.Groups);
    }

    public Task ReadAsync(CancellationToken ct) => Task.Run(() => _reader.ReadAsync(ct), ct);

    public async Task<TableFindings> CheckAsync(DrillHistory history, IReadOnlyCollection<FenceFact> fences, CancellationToken ct)
    {
        using var loader = new TableLoader(_lake, _scratch);
        var tables = await loader.LoadAsync(history.Groups.Select(g => g.Group), ct);
        return new TableFindings(
            [
                OnceInEffect.Check(history, tables), WholeVersions.Check(history, tables), RisingMarks.Check(history, tables, fences),
                Readable.Check(history, tables, _reader.Looks),
            ],
            new TableCounts(
                tables.Count(t => t.Versions.Count > 0), tables.Sum(t => t.Versions.Count + t.Stages.Sum(s => s.Versions.Count)),
                tables.Sum(t => (long)(t.Replay().LastOrDefault().Rows?.Count ?? 0)), _reader.Looks.Count, tables.Sum(t => t.Orphans),
                fences.Count));
    }

    public void Dispose() => _reader.Dispose();
}

internal sealed record TableFindings(IReadOnlyList<PromiseReport> Promises, TableCounts Counts);
