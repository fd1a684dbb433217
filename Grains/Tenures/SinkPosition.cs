namespace OrleansBatch.Grains.Tenures;

/// <summary>What the sink holds of a group already.</summary>
/// <param name="AppliedSeq">The last batch that the sink really applied.</param>
/// <param name="ReplayedTo">The last entry that the sink may hold already while the group is replayed; 0 while it is not.</param>
internal readonly record struct SinkPosition(long AppliedSeq, long ReplayedTo = 0)
{
    /// <summary>Gets a value indicating whether entries are passed that were passed before.</summary>
    public bool IsReplaying => ReplayedTo > 0;
}
