using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

// The upkeep of the group's destination: what is due, when it is due again, and how it ended.
internal sealed partial class GroupCursor
{
    private static readonly Statement _readUpkeep = QueueStatements.Load("read_upkeep");
    private static readonly Statement _scheduleUpkeep = QueueStatements.Load("schedule_upkeep");
    private static readonly Statement _endUpkeep = QueueStatements.Load("end_upkeep");

    /// <summary>Reads what is due; null when nothing ever was.</summary>
    public Task<DueUpkeep?> ReadUpkeepAsync() =>
        session.FirstAsync(_readUpkeep, DueUpkeep.Read, CancellationToken.None, key.GroupId, key.SinkId);

    /// <summary>Writes down when the destination is next due.</summary>
    public Task ScheduleUpkeepAsync(DateTimeOffset? dueAt) =>
        WriteAsync(_scheduleUpkeep, CancellationToken.None, key.GroupId, key.SinkId, Epoch, Argument.Of(dueAt?.UtcDateTime));

    /// <summary>Writes down how an upkeep ended, and when the next is due.</summary>
    public Task EndUpkeepAsync(DueUpkeep? wish, string outcome, bool failed, DateTimeOffset? dueAt) => WriteAsync(
        _endUpkeep, CancellationToken.None, key.GroupId, key.SinkId, Epoch, Argument.Of(wish?.AskedAt), StorableText.Of(outcome), failed,
        Argument.Of(dueAt?.UtcDateTime));
}
