using System.Collections.Concurrent;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Tables;

// Reads table after table in a loop while silos write and die, as a stranger would who asks nobody for a lock.
internal sealed class TableReader(IObjectStore lake, string scratch, Func<IReadOnlyList<GroupKey>> groups) : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly TableFiles _files = new();
    private readonly Dictionary<GroupKey, DeltaTable> _tables = [];

    public ConcurrentBag<TableLook> Looks { get; } = [];

    public async Task ReadAsync(CancellationToken ct)
    {
        for (var turn = 0; !ct.IsCancellationRequested; turn++)
        {
            var known = groups();
            if (known.Count > 0)
            {
                await LookAsync(known[turn % known.Count], ct);
            }

            await Task.Delay(_pause, ct);
        }
    }

    public void Dispose() => _files.Dispose();

    private async Task LookAsync(GroupKey group, CancellationToken ct)
    {
        try
        {
            if (!_tables.TryGetValue(group, out var table))
            {
                var options = new DeltaLogOptions { ScratchDirectory = scratch };
                _tables[group] = table = new DeltaTable(lake.Below(TablePath.Of(group)), options, TimeProvider.System);
            }

            if (await table.ReadAsync(null, ct) is not { } snapshot)
            {
                return;
            }

            var trouble = new List<string>();
            var rows = await _files.ReadAsync(table.Store, [.. snapshot.Files.Values.Select(f => f.Path)], trouble.Add, ct);
            Looks.Add(new TableLook(
                group, snapshot.Version, RowsDigest.Of([.. rows.Values.SelectMany(r => r)]),
                trouble.Count == 0 ? null : $"at version {snapshot.Version}: {string.Join("; ", trouble)}"));
        }
        catch (Exception e) when (e is DeltaLogException or StoreException)
        {
            Looks.Add(new TableLook(group, -1, default, e.Message));
        }
    }
}
