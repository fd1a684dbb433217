using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The statements of an owner whose sink said "not now" or can't reach the batch. A statement that writes a row of the group names the
/// epoch.
/// </summary>
internal sealed class SinkWaitStatements(GroupSession session, GroupKey group, LockKey key, string silo, GroupCursor cursor)
{
    private static readonly Statement _noteNotReady = QueueStatements.Load("note_not_ready");
    private static readonly Statement _endNotReady = QueueStatements.Load("end_not_ready");
    private static readonly Statement _passOn = QueueStatements.Load("pass_on");
    private static readonly Statement _recall = QueueStatements.Load("recall");
    private static readonly Statement _tellPassedOn = QueueStatements.Load("tell_passed_on");

    /// <summary>Puts on record since when the group waits, and answers how often the sink was asked, this time included.</summary>
    public Task<int> NoteAsync(LogEntry entry, string code, string reason) => session.FirstAsync(
        _noteNotReady, r => r.GetInt32(0), CancellationToken.None, key.GroupId, key.SinkId, cursor.Epoch, entry.Seq, code, reason);

    /// <summary>Forgets that the group waited once its cursor has passed the entry; null when it did not wait, or does so still.</summary>
    public Task<(int Tries, TimeSpan Waited)?> EndAsync() => session.FirstAsync<(int Tries, TimeSpan Waited)?>(
        _endNotReady, r => (r.GetInt32(0), TimeSpan.FromSeconds(r.GetDouble(1))), CancellationToken.None, key.GroupId, key.SinkId);

    /// <summary>Notes that this silo can't reach the batch, takes the attempt back and leaves the wakeup to the others.</summary>
    /// <returns>Whether another silo that runs may reach it, and how often the group was parked for it before.</returns>
    /// <exception cref="OwnershipLostException">The group has another owner by now.</exception>
    public async Task<(bool OthersMay, int Parked)> PassOnAsync(LogEntry entry, string reason) =>
        await session.FirstAsync<(bool, int)?>(
            _passOn, r => (r.GetBoolean(0), r.GetInt32(1)), CancellationToken.None,
            key.GroupId, key.SinkId, cursor.Epoch, entry.Seq, silo, reason)
        ?? throw cursor.Lost(_passOn.Name);

    /// <summary>Wakes the parked group when a silo has come meanwhile that has not looked at it, and answers whether it has.</summary>
    public async Task<bool> RecallAsync(LogEntry entry) =>
        await session.FirstAsync(
            _recall, r => r.GetInt32(0), CancellationToken.None, key.GroupId, key.SinkId, entry.Seq, group.TeamId) > 0;

    /// <summary>Tells the other silos that the group is theirs.</summary>
    public Task TellAsync(long seq) => session.FirstAsync(
        _tellPassedOn, _ => true, CancellationToken.None, key.GroupId, key.SinkId, seq, group.TeamId, group.SchemaId);
}
