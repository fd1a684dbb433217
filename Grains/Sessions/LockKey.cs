namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// The advisory lock of one group for one sink: exact, not hashed, and readable in <c>pg_locks</c> as classid and objid.
/// https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
/// </summary>
/// <param name="SinkId">The sink's number.</param>
/// <param name="GroupId">The group's number.</param>
internal readonly record struct LockKey(short SinkId, int GroupId)
{
    // 'OB' in the upper half; the view held_lock knows it too.
    private const int NamespaceBase = 1329725440;

    public int Namespace => NamespaceBase + SinkId;
}
