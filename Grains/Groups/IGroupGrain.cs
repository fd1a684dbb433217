namespace OrleansBatch.Grains.Groups;

/// <summary>
/// Works on one group for one sink while holding the group's advisory lock. The grain's key is the team and <c>sink/schema</c>.
/// There may be one activation on every silo; the lock alone decides which of them works. Only the silo's own poller calls the grain.
/// </summary>
[Alias("batch.group")]
internal interface IGroupGrain : IGrainWithIntegerCompoundKey
{
    /// <summary>Tries to take a slot and the lock, and starts to work in the background.</summary>
    /// <param name="groupId">The group's number in the database, which is a part of the lock's key.</param>
    /// <param name="cancellationToken">Cancelled when the silo stops.</param>
    [Alias("TryStart")]
    Task<StartResult> TryStartAsync(int groupId, CancellationToken cancellationToken);
}
