namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A sink that holds something open for a group while this silo owns it, such as a database file.</summary>
public interface ITenureSink : IBatchSink
{
    /// <summary>
    /// Closes what the sink holds open for the group. The call comes at the end of each tenure, also when nothing was opened.
    /// The lock is given back only afterwards, so that the next owner, perhaps another process, can open the destination.
    /// </summary>
    /// <param name="group">The group that this silo leaves.</param>
    /// <param name="cancellationToken">Cancelled when the silo can wait no longer.</param>
    Task ReleaseAsync(GroupKey group, CancellationToken cancellationToken);
}
