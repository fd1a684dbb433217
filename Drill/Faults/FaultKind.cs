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

    /// <summary>The link of a silo's host is down for longer than the lock lifetime. Nothing gets to the host or from it.</summary>
    Vanish,

    /// <summary>A silo's host loses its power, and comes back at its old address or at another one.</summary>
    PowerOff,

    /// <summary>A silo's host is cut from the other silos, and not from the database, for up to a minute.</summary>
    Split,

    /// <summary>Packets are lost in one direction only, between a silo's host and the others, or between it and the database.</summary>
    OneWay,

    /// <summary>The link of a silo's host is slow, and loses some of the packets.</summary>
    Lossy,

    /// <summary>All hosts lose their power at once, and come back at once at their old addresses or at others.</summary>
    Outage,

    /// <summary>A silo is stopped or killed when a data file of a table is there and no commit names it.</summary>
    Data,

    /// <summary>A silo is stopped or killed while it puts a commit of a table.</summary>
    Put,

    /// <summary>A silo is stopped or killed when the commit of a table is there and the queue does not know.</summary>
    Cursor,

    /// <summary>A silo is stopped or killed while it puts a checkpoint of a table.</summary>
    Checkpoint,

    /// <summary>A silo's connections to S3 are refused or half-open for some seconds.</summary>
    Store,
}
