using Orleans.GrainDirectory;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// A grain directory that registers nothing: every silo may have its own activation of a group, and the advisory lock alone decides
/// which one works. With a directory shared by the cluster, groups could not be called for 10 to 15 seconds after a silo was killed.
/// </summary>
internal sealed class LocalOnlyGrainDirectory : IGrainDirectory
{
    public const string Name = "local";

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
