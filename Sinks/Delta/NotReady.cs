using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta;

// The reasons to wait, in words for whoever is called at night.
internal sealed class NotReady(TimeSpan retry) : WaitReasons(retry)
{
    public SinkNotReadyException Missing(GroupKey group, string table, long appliedSeq) => Because(
        $"Group {group}: there is no table at {table}, although the queue counts its batches as applied up to seq {appliedSeq}; "
        + "it was deleted or moved, or this silo writes to another lake. "
        + $"Put the table back, or have the batches applied again: replay --from 1. {Waits}",
        code: NotReadyCode.Missing);

    public SinkNotReadyException Behind(GroupKey group, string table, long lastSeq, long appliedSeq) => Because(
        $"Group {group}: the table {table} ends at seq {lastSeq}, but the queue counts batches as applied up to seq {appliedSeq}; it lacks "
        + "the ones between, as after a restore from an older copy. Put the newest copy back, or have the batches applied again: "
        + $"replay --from {lastSeq + 1}. {Waits}",
        code: NotReadyCode.Behind);

    public SinkNotReadyException Ahead(GroupKey group, string table, long lastSeq, long appliedSeq) => Because(
        $"Group {group}: the table {table} already holds batches up to seq {lastSeq}, but the queue counts them as applied only up to seq "
        + $"{appliedSeq}; the queue's database was restored to an earlier state, or the table comes from elsewhere. "
        + $"Restore both to the same point in time. {Waits}");

    public SinkNotReadyException NewerToken(GroupKey group, string table, long present, long token) => Because(
        $"Group {group}: the table {table} was written by an owner with token {present}, newer than this one's {token}; "
        + $"the present owner goes on, or the next one here gets a newer token by itself. {Waits}");

    public SinkNotReadyException OtherGroup(GroupKey group, string table, string? other) => Because(
        $"Group {group}: the table {table} holds the rows of group {other}; a directory was copied or renamed, or the file system ignores "
        + $"case. Put the right table there. {Waits}");

    public SinkNotReadyException Contended(GroupKey group, string table) => Because(
        $"Group {group}: other programs commit to the table {table} all the time, and each commit of this one came too late; have them "
        + $"write to a table of their own, or less often. {Waits}");

    public SinkNotReadyException Unusable(GroupKey group, string message, Exception error) =>
        Later(group, $"Group {group}: {message} {Waits}", error, NotReadyCode.Unwritable);

    public SinkNotReadyException NoMemory(GroupKey group, string table, Exception error) => Later(
        group,
        $"Group {group}: there is not enough memory to write the table {table}; free some on this machine, or raise MemoryLimitMegabytes. "
        + Waits,
        error,
        NotReadyCode.NoMemory);

    public SinkNotReadyException Full(GroupKey group, string message, Exception error) =>
        Later(group, $"Group {group}: {message} {Waits}", error, NotReadyCode.NoSpace);

    // What a store can't do now. A call that may succeed in a moment waits shortly.
    public SinkNotReadyException Of(GroupKey group, StoreException error) => error.Trouble switch
    {
        StoreTrouble.NoSpace => Full(group, error.Message, error),
        StoreTrouble.Unwritable or StoreTrouble.Unfit => Unusable(group, error.Message, error),
        _ => Later(group, $"Group {group}: {error.Message} {Waits}", error, NotReadyCode.Other),
    };
}
