using System.Net;

namespace OrleansBatch.Drill.Lakes;

internal static class DrillLakes
{
    // Null for a sink without a lake.
    public static async Task<IDrillLake?> MakeAsync(
        DrillOptions options, string directory, DrillDatabase database, IPAddress? outside, ChildGuard guard, CancellationToken ct)
    {
        if (options.Sink != DrillSinks.Delta)
        {
            return null;
        }

        var settings = new LakeSettings(directory);
        if (options.Store == DrillStores.Directory)
        {
            return new DirectoryLake(settings, database);
        }

        var gateway = await Gateway.StartAsync(directory, ct);
        guard.Watch(gateway.Kill);
        return new GatewayLake(settings, gateway, outside ?? IPAddress.Loopback, options.Places);
    }
}
