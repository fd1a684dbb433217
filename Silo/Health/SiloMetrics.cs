using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OrleansBatch.Silo.Health;

/// <summary>Serves the engine's and Orleans' instruments at <c>/metrics</c> in the Prometheus format.</summary>
internal static class SiloMetrics
{
    public static void AddSiloMetrics(this IServiceCollection services) =>
        services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("orleans-batch")).WithMetrics(metrics => metrics
            .AddMeter("OrleansBatch", "Microsoft.Orleans")
            .AddPrometheusExporter());

    public static void MapSiloMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
