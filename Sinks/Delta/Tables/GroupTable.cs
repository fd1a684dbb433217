using System.Collections.Concurrent;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Tables;

// The table of a group, and the stages of its full refreshes. A stage is a log of its own that names data files of the table.
// Readers don't see a stage. Every rule that holds for a commit of the table holds for one of a stage.
internal sealed class GroupTable(GroupKey group, IObjectStore store, DeltaLogOptions options, TimeProvider time)
{
    private const string Stages = "_orleansbatch/";

    private readonly ConcurrentDictionary<Guid, TableLog> _stages = new();

    public GroupKey Group => group;

    public IObjectStore Store => store;

    // How far a vacuum that is under way has come, and how many files it has deleted.
    public (string? After, long Files) Vacuumed { get; set; }

    // When the table is due for upkeep, as seen at a version.
    public (long Version, DateTimeOffset? At)? UpkeepDue { get; set; }

    public TableLog Main { get; } = new(new DeltaTable(store, options, time));

    public TableLog StageOf(Guid originRunId) => _stages.GetOrAdd(originRunId, Open);

    public IObjectStore StageStoreOf(Guid originRunId) => store.Below($"{Stages}{originRunId:D}");

    // The last batch that any stage has. An owner that was lost at the end of a run may have left one behind.
    public async Task<long> LastStagedSeqAsync(CancellationToken cancellationToken)
    {
        var last = 0L;
        foreach (var run in await ListStagesAsync(cancellationToken))
        {
            last = Math.Max(last, TableMarks.Of(await Open(run).ReadAsync(cancellationToken)).Seq);
        }

        return last;
    }

    // The runs that have a stage, or had one not long ago.
    public async Task<IReadOnlyList<Guid>> ListStagesAsync(CancellationToken cancellationToken)
    {
        var runs = new List<Guid>();
        string? after = null;
        while (await FirstAfterAsync(after, cancellationToken) is { } name)
        {
            var directory = name[..(name.IndexOf('/', Stages.Length) + 1)];
            if (Guid.TryParseExact(directory[Stages.Length..].TrimEnd('/'), "D", out var run))
            {
                runs.Add(run);
            }

            // The character after a slash: behind everything in the directory.
            after = directory[..^1] + '0';
        }

        return runs;
    }

    private async Task<string?> FirstAfterAsync(string? after, CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync(Stages, after, cancellationToken))
        {
            if (found.Name.IndexOf('/', Stages.Length) > 0)
            {
                return found.Name;
            }
        }

        return null;
    }

    private TableLog Open(Guid originRunId) => new(new DeltaTable(StageStoreOf(originRunId), options, time));
}
