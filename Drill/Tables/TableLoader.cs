using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Tables;

// Reads whole histories after the drill: each commit, each data file, each stage, and the newest version as readers begin it.
internal sealed class TableLoader(IObjectStore lake, string scratch) : IDisposable
{
    private const string Stages = "_orleansbatch/";

    private readonly TableFiles _files = new();

    public async Task<IReadOnlyList<TableHistory>> LoadAsync(IEnumerable<GroupKey> groups, CancellationToken ct)
    {
        var tables = new List<TableHistory>();
        foreach (var group in groups)
        {
            tables.Add(await LoadAsync(group, ct));
        }

        return tables;
    }

    public void Dispose() => _files.Dispose();

    private async Task<TableHistory> LoadAsync(GroupKey group, CancellationToken ct)
    {
        var store = lake.Below(TablePath.Of(group));
        var (versions, trouble) = await LogReplay.ReadAsync(store, ct);
        var named = versions.SelectMany(v => v.Added).ToHashSet(StringComparer.Ordinal);
        var rows = await _files.ReadAsync(store, named, trouble.Add, ct);
        var (stages, present) = (new List<StageHistory>(), 0);
        var runs = new HashSet<Guid>();
        await foreach (var found in store.ListAsync(string.Empty, null, ct))
        {
            present += LakeNames.IsData(found.Name) && !named.Contains(found.Name) ? 1 : 0;
            if (found.Name.StartsWith(Stages, StringComparison.Ordinal)
                && Guid.TryParseExact(found.Name[Stages.Length..].Split('/')[0], "D", out var run) && runs.Add(run))
            {
                var (staged, gaps) = await LogReplay.ReadAsync(store.Below($"{Stages}{run:D}"), ct);
                stages.Add(new StageHistory(run, staged));
                trouble.AddRange(gaps);
            }
        }

        return new TableHistory(group)
        {
            Versions = versions,
            Files = rows,
            Stages = stages,
            Newest = await NewestAsync(store, trouble, ct),
            Trouble = trouble,
            Orphans = present,
        };
    }

    private async Task<IReadOnlySet<string>> NewestAsync(IObjectStore store, List<string> trouble, CancellationToken ct)
    {
        try
        {
            var table = new DeltaTable(store, new DeltaLogOptions { ScratchDirectory = scratch }, TimeProvider.System);
            return (await table.ReadAsync(null, ct))?.Files.Values.Select(f => f.Path).ToHashSet(StringComparer.Ordinal) ?? [];
        }
        catch (DeltaLogException e)
        {
            trouble.Add(e.Message);
            return new HashSet<string>();
        }
    }
}
