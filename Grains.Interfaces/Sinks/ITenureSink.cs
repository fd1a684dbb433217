namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A sink that holds something open for a group while this silo owns it, such as a database file.</summary>
public interface ITenureSink : IBatchSink
{
    /// <summary>
    /// Closes what is held open for the group. It is called at the end of each ownership, before the lock is given back, so that the next
    /// owner, perhaps another process, can open it; also when nothing was opened.
    /// </summary>
    /// <param name="group">The group that this silo leaves.</param>
    /// <param name="cancellationToken">Cancelled when the silo can wait no longer.</param>
    Task ReleaseAsync(GroupKey group, CancellationToken cancellationToken);
}
