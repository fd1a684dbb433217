namespace OrleansBatch.Grains.Tenures;

/// <summary>What becomes of a group whose log is drained by an advance.</summary>
internal enum OnDrained
{
    /// <summary>The owner keeps it.</summary>
    Keep,

    /// <summary>It is given up; the lock follows once the sink has closed what it holds open.</summary>
    GiveUpGroup,

    /// <summary>It is given up, and the lock with it in the same round trip.</summary>
    GiveUpGroupAndLock,
}
