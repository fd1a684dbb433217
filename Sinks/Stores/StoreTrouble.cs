namespace OrleansBatch.Sinks.Stores;

/// <summary>The kinds of trouble with a store.</summary>
public enum StoreTrouble
{
    /// <summary>The store is slow, throttles, or has lost a connection: the same call may succeed in a moment.</summary>
    Passing,

    /// <summary>There is no room left, in the store or on this host.</summary>
    NoSpace,

    /// <summary>The store is not there, or refuses this silo: a lost mount, a missing bucket, wrong or expired credentials.</summary>
    Unwritable,

    /// <summary>The object itself can't be read, such as a name that the store does not take.</summary>
    Other,

    /// <summary>The store does not keep what tables rely on: one that ignores conditions, or a file system without hard links.</summary>
    Unfit,
}
