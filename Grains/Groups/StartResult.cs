namespace OrleansBatch.Grains.Groups;

/// <summary>Tells what became of a request to start working on a group; every value is a normal answer.</summary>
[GenerateSerializer, Alias("batch.start-result")]
internal enum StartResult
{
    /// <summary>The activation holds the lock and works.</summary>
    Started,

    /// <summary>The activation was already at work.</summary>
    AlreadyRunning,

    /// <summary>All slots of this silo are taken, or the silo is draining.</summary>
    NoSlot,

    /// <summary>Another session holds the group's advisory lock.</summary>
    LockHeldElsewhere,
}
