using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Has the sink keep up the group's destination, slice by slice, while the group has no batch that may run. Trouble in there ends the
/// upkeep and nothing else.
/// </summary>
internal sealed partial class UpkeepWorker(
    TenureTarget target, GroupCursor cursor, WatchedSink sink, UpkeepSlot slot, OwnershipWatch watch, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan _afterTrouble = TimeSpan.FromHours(1);
    private static readonly TimeSpan _afterOthers = TimeSpan.FromMinutes(1);

    private readonly IUpkeepSink? _sink = target.Served.Sink as IUpkeepSink;
    private readonly List<string> _done = [];
    private bool _isOver;

    /// <summary>Gets a value indicating whether the group is to be looked at before it is given up.</summary>
    public bool IsWanted =>
        !_isOver && _sink is not null && slot.HasNews(target.Sink, _sink, target.Group, time.GetUtcNow());

    /// <summary>Does a slice of what is due; answers whether the tenure goes on, because more may be due.</summary>
    public async Task<bool> StepAsync(SinkPosition held)
    {
        if (_isOver || _sink is null)
        {
            return false;
        }

        var found = await cursor.ReadUpkeepAsync();
        if (found is not { AskedAt: not null } && (slot.IsPostponed(target.Sink, target.Group, time.GetUtcNow()) || !IsDue(found)))
        {
            return await LeaveAsync(found);
        }

        using var turn = slot.TryTake();
        if (turn is null)
        {
            // Written down in any case: the sweep has taken the group off its list for a while.
            _isOver = true;
            await cursor.ScheduleUpkeepAsync(time.GetUtcNow() + _afterOthers);
            return false;
        }

        var wish = found is { AskedAt: not null } ? found : null;
        if (wish is { Task: UpkeepTask.Restore } && wish.AskedSeq != held.AppliedSeq)
        {
            return await FailAsync(wish, Overtaken(wish, held));
        }

        var (error, result) = await sink.KeepUpAsync(wish?.Task ?? UpkeepTask.Due, wish?.Version, held);
        if (watch.IsCancelled)
        {
            return false;
        }

        if (error is not null)
        {
            return await FailAsync(wish, error);
        }

        if (result!.Done is { } done)
        {
            _done.Add(done);
        }

        return !result.IsDone || await EndAsync(wish);
    }

    private bool IsDue(DueUpkeep? found) => found is { IsDue: true } || _sink!.UpkeepDueAt(target.Group) <= time.GetUtcNow();

    // The rows of batches that count as applied would be gone. As well, a former owner may have restored the version already.
    private static UpkeepRefusedException Overtaken(DueUpkeep wish, SinkPosition held) => new(
        $"Version {wish.Version} was not restored: batches were applied since it was asked for (up to seq {held.AppliedSeq} instead of "
        + $"{wish.AskedSeq}). Look at the table's history, and ask again while no batches wait.");

    // Batches that came meanwhile are looked for once more.
    private async Task<bool> EndAsync(DueUpkeep? wish)
    {
        var due = _sink!.UpkeepDueAt(target.Group);
        if (_done.Count == 0 && wish is null && due <= time.GetUtcNow())
        {
            due = time.GetUtcNow() + _afterTrouble;
            slot.Postpone(target.Sink, target.Group, due.Value);
        }

        var outcome = _done.Count == 0 ? "There was nothing to do." : string.Join(' ', _done);
        await cursor.EndUpkeepAsync(wish, outcome, failed: false, due);
        slot.Scheduled(target.Sink, target.Group, due);
        if (_done.Count > 0)
        {
            LogDone(logger, target.Group, target.Sink, outcome);
        }

        _done.Clear();
        _isOver = wish is null;
        return true;
    }

    private async Task<bool> FailAsync(DueUpkeep? wish, Exception error)
    {
        var reason = EntryError.Of(error);
        var again = time.GetUtcNow() + _afterTrouble;
        await cursor.EndUpkeepAsync(wish, reason.Message, failed: true, again);
        slot.Scheduled(target.Sink, target.Group, again);
        slot.Postpone(target.Sink, target.Group, again);
        LogFailed(logger, target.Group, target.Sink, reason.InFull);
        _isOver = true;
        return true;
    }

    private async Task<bool> LeaveAsync(DueUpkeep? found)
    {
        _isOver = true;
        var due = slot.IsPostponed(target.Sink, target.Group, time.GetUtcNow()) ? null : _sink!.UpkeepDueAt(target.Group);
        if (due is { } at && !(found?.DueAt <= at.UtcDateTime) && !slot.IsScheduled(target.Sink, target.Group, at))
        {
            await cursor.ScheduleUpkeepAsync(at);
        }

        if (due is not null)
        {
            slot.Scheduled(target.Sink, target.Group, due);
        }

        return false;
    }

    [LoggerMessage(EventIds.UpkeepDone, LogLevel.Information, "Group {Group} of sink {Sink} was kept up. {Outcome}")]
    private static partial void LogDone(ILogger logger, GroupKey group, string sink, string outcome);

    [LoggerMessage(
        EventIds.UpkeepFailed, LogLevel.Warning,
        "Group {Group} of sink {Sink} could not be kept up; no batch is concerned. {Error}")]
    private static partial void LogFailed(ILogger logger, GroupKey group, string sink, string error);
}
