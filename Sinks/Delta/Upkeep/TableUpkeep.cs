using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// The upkeep of tables: says what is due, and does it slice by slice. Checkpoints and the log's cleanup come with the commits.
internal sealed class TableUpkeep
{
    private const int ManyFiles = 500;

    private static readonly TimeSpan _slice = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _betweenVacuums = TimeSpan.FromDays(1);

    private readonly Lake _lake;
    private readonly SmallFiles _small;
    private readonly Compaction _compaction;
    private readonly Vacuum _vacuum;
    private readonly Restore _restore;

    public TableUpkeep(Lake lake, Committer committer, Commits commits)
    {
        _lake = lake;
        _small = new SmallFiles(lake.Options.OptimizeFrom);
        _compaction = new Compaction(lake, committer, commits, _small, new Pace(lake.Time));
        _vacuum = new Vacuum(lake, committer, commits);
        _restore = new Restore(lake, committer, commits);
    }

    public DateTimeOffset? DueAt(GroupKey group)
    {
        var table = _lake.Open(group);
        if (table.Main.Known is not { } snapshot)
        {
            return null;
        }

        // An owner asks behind each window. Of a large table the answer may be some commits old.
        if (table.UpkeepDue is not var (version, due) || snapshot.Version < version
            || snapshot.Version >= version + (snapshot.Files.Count / ManyFiles))
        {
            due = _small.AreMany([.. snapshot.Files.Values], _compaction.LargestFile(_slice))
                ? _lake.Time.GetUtcNow() : VacuumDueAt(snapshot);
            table.UpkeepDue = (snapshot.Version, due);
        }

        return due;
    }

    public async Task<UpkeepResult> RunAsync(UpkeepContext context, CancellationToken cancellationToken)
    {
        var table = _lake.Open(context.Group);
        switch (context.Task)
        {
            case UpkeepTask.Optimize:
                return await _compaction.RunAsync(table, context, onlyMany: false, cancellationToken) is { } merged
                    ? new UpkeepResult(false, merged)
                    : new UpkeepResult(true);
            case UpkeepTask.Vacuum:
                var said = await _vacuum.RunAsync(table, context, cancellationToken);
                return new UpkeepResult(said is not null, said);
            case UpkeepTask.Restore:
                return new UpkeepResult(true, await _restore.RunAsync(table, context, cancellationToken));
            default:
                return await DoWhatIsDueAsync(table, context, cancellationToken);
        }
    }

    private async Task<UpkeepResult> DoWhatIsDueAsync(GroupTable table, UpkeepContext context, CancellationToken cancellationToken)
    {
        if (await _compaction.RunAsync(table, context, onlyMany: true, cancellationToken) is { } merged)
        {
            return new UpkeepResult(false, merged);
        }

        var snapshot = await table.Main.ReadAsync(cancellationToken);
        if (snapshot is null || !(VacuumDueAt(snapshot) <= _lake.Time.GetUtcNow()))
        {
            return new UpkeepResult(true);
        }

        var said = await _vacuum.RunAsync(table, context, cancellationToken);
        return new UpkeepResult(said is not null, said);
    }

    // What was removed or left behind before the last vacuum came to that age is gone already. An owner that was lost may have left
    // files that no commit names; its successor's token came right after it.
    private DateTimeOffset? VacuumDueAt(Snapshot snapshot)
    {
        var (age, last) = (_lake.Options.VacuumAge, TableMarks.TimeOf(snapshot, AppIds.Vacuumed));
        var left = snapshot.Tombstones.Values.Select(t => t.DeletionTimestamp)
            .Append(TableMarks.TimeOf(snapshot, AppIds.Fenced))
            .Where(t => last is null || t > last - age)
            .Min();
        return left + age is { } due ? last + _betweenVacuums is { } next && next > due ? next : due : null;
    }
}
