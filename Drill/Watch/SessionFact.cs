using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Drill.Watch;

// A server session as pg_stat_activity shows it, with the advisory locks it holds.
internal sealed record SessionFact(int Pid, string Name, string State, IReadOnlyList<HeldLock> Locks)
{
    public string Role => Name.Split('@')[0];

    // A silo's name, different for each of its processes.
    public string Silo => Name.Contains('@', StringComparison.Ordinal) ? Name[(Name.IndexOf('@', StringComparison.Ordinal) + 1)..] : "";

    public bool IsEngine => Role is SessionRole.Group or SessionRole.Poller or SessionRole.Recovery;
}

// Group says that the lock is a group's. Owner is the silo that the group's cursor names, or null.
internal sealed record HeldLock(long Namespace, long Key, bool IsGroup, string? Owner);
