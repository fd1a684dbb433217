namespace OrleansBatch.Drill.Faults;

/// <summary>The faults of silos, their network and their database.</summary>
public enum FaultKind
{
    /// <summary>A silo is ended with SIGKILL and started again some seconds later.</summary>
    Kill,

    /// <summary>A silo is stopped with SIGSTOP for longer than the lock lifetime, and goes on.</summary>
    Freeze,

    /// <summary>The server ends the session of a group's owner, and of a poller.</summary>
    Terminate,

    /// <summary>Postgres is stopped in immediate mode and started again.</summary>
    Restart,

    /// <summary>A silo's connections are reset, and new ones refused, for some seconds.</summary>
    Cut,

    /// <summary>A silo's connections stay up and nothing comes through, for longer than the lock lifetime.</summary>
    HalfOpen,

    /// <summary>All data between a silo and the database is held back by some tenths of a second.</summary>
    Delay,

    /// <summary>The database refuses new connections for some seconds, and ends idle ones.</summary>
    Limit,

    /// <summary>A silo is killed and comes back, and then its wall clock jumps by hours.</summary>
    Clock,
}
