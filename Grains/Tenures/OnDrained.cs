namespace OrleansBatch.Grains.Tenures;

/// <summary>What becomes of a group whose log is drained by an advance.</summary>
internal enum OnDrained
{
    /// <summary>The owner keeps the group.</summary>
    Keep,

    /// <summary>The group is given up; its lock follows once the sink has closed what it holds open.</summary>
    GiveUpGroup,

    /// <summary>The group is given up, and its lock with it in the same round trip.</summary>
    GiveUpGroupAndLock,
}
