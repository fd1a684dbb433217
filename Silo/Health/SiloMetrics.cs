using OpenTelemetry.Metrics;

namespace OrleansBatch.Silo.Health;

/// <summary>Serves the engine's and Orleans' instruments at <c>/metrics</c> in the Prometheus format.</summary>
internal static class SiloMetrics
{
    public static void AddSiloMetrics(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("OrleansBatch", "Microsoft.Orleans", "Npgsql")
            .AddPrometheusExporter());

    public static void MapSiloMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
