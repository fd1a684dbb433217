using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>A group that may have work for a sink; only its lock and its cursor can tell for certain.</summary>
internal sealed record Candidate(GroupKey Group, int GroupId, short SinkId)
{
    public LockKey Key => new(SinkId, GroupId);
}
