using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What a tenure is about.</summary>
/// <param name="Group">The group.</param>
/// <param name="Served">The sink that the group's batches go to.</param>
/// <param name="Key">The lock of both.</param>
internal sealed record TenureTarget(GroupKey Group, ServedSink Served, LockKey Key)
{
    public string Sink => Served.Name;
}
