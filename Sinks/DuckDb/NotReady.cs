using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// The reasons to wait, in words for whoever is called at night.
internal sealed class NotReady(TimeSpan retry) : WaitReasons(retry)
{
    public SinkNotReadyException Missing(GroupKey group, string path, long appliedSeq) => Because(
        $"Group {group}: {path} is missing, although the queue counts its batches as applied up to seq {appliedSeq}; "
        + $"it was deleted, moved, or lies on another host. "
        + $"Put the newest copy back, or have the batches applied again: replay --from 1. {Waits}",
        code: NotReadyCode.Missing);

    public SinkNotReadyException Behind(GroupKey group, string path, long lastSeq, long appliedSeq) => Because(
        $"Group {group}: {path} ends at seq {lastSeq}, but the queue counts batches as applied up to seq {appliedSeq}; "
        + $"it lacks the ones between, as after a restore from an older backup. Put the newest copy back. {Waits}",
        code: NotReadyCode.Behind);

    public SinkNotReadyException Ahead(GroupKey group, string path, long lastSeq, long appliedSeq) => Because(
        $"Group {group}: {path} already holds batches up to seq {lastSeq}, but the queue counts them as applied only up to "
        + $"seq {appliedSeq}; "
        + $"the queue's database was restored to an earlier state, or the file comes from elsewhere. "
        + $"Restore both to the same point in time. {Waits}");

    public SinkNotReadyException NewerEpoch(GroupKey group, string path, long fileEpoch, long token) => Because(
        $"Group {group}: {path} was written by an owner of epoch {fileEpoch}, newer than this one's {token}; "
        + $"the present owner goes on, or the next one here gets a newer epoch by itself. {Waits}");

    public SinkNotReadyException OtherGroup(GroupKey group, string path, GroupKey other) => Because(
        $"Group {group}: {path} holds the rows of group {other}; a file was copied or renamed, or the file system ignores case. "
        + $"Put the right file there. {Waits}");

    public SinkNotReadyException Locked(GroupKey group, string path, Exception? error) => Because(
        $"Group {group}: {path} is locked by another process or owner, such as an open DuckDB shell or a silo that hangs; "
        + $"close it. {Waits}",
        error,
        NotReadyCode.Locked);

    public SinkNotReadyException Unreadable(GroupKey group, string path, Exception error) => Later(
        group,
        $"Group {group}: {path} can't be opened as a DuckDB database; check the directory's permissions, the disk and the file, "
        + $"and put the newest copy back if it is damaged. {Waits}",
        error,
        NotReadyCode.Unwritable);

    public SinkNotReadyException NoMemory(GroupKey group, string path, Exception error) => Later(
        group,
        $"Group {group}: there is not enough memory to open {path}; free some on this machine, or raise MemoryLimitMegabytes. {Waits}",
        error,
        NotReadyCode.NoMemory);

    public SinkNotReadyException Full(GroupKey group, string path, Exception error) => Later(
        group, $"Group {group}: the disk that holds {path} is full; make room there. {Waits}", error, NotReadyCode.NoSpace);

    public SinkNotReadyException Unwritable(GroupKey group, string path, Exception error) => Later(
        group,
        $"Group {group}: {path} can't be written now; check that its disk is mounted, writable and sound. {Waits}",
        error,
        NotReadyCode.Unwritable);

    public SinkNotReadyException NotRemoved(GroupKey group, string path, Exception error) => Because(
        $"Group {group}: {path} or what lies beside it can't be deleted; check that its disk is mounted and writable for the silo's "
        + "account. The removal is tried again by itself.",
        error,
        NotReadyCode.Unwritable);
}
