using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// Keeps one DuckDB instance for all tables of the process, because starting one takes longer than a small checkpoint.
internal sealed class SessionPool(long memoryLimitMegabytes)
{
    private static Idle? _idle;

    // A session that has met trouble is not used again.
    public T Use<T>(Func<DuckDbSession, T> use)
    {
        var taken = Interlocked.Exchange(ref _idle, null);
        if (taken is not null && taken.MemoryLimitMegabytes != memoryLimitMegabytes)
        {
            taken.Session.Dispose();
            taken = null;
        }

        var session = taken?.Session ?? new DuckDbSession(memoryLimitMegabytes, threads: 1);
        var isWell = false;
        try
        {
            var result = use(session);
            isWell = true;
            return result;
        }
        finally
        {
            var surplus = isWell ? Interlocked.Exchange(ref _idle, new Idle(session, memoryLimitMegabytes))?.Session : session;
            surplus?.Dispose();
        }
    }

    private sealed record Idle(DuckDbSession Session, long MemoryLimitMegabytes);
}
