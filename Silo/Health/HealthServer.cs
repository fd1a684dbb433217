using System.Net;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Health;

/// <summary>
/// Tells an orchestrator whether to restart the silo and whether the silo can take work, and serves the metrics.
/// The server has a host of its own, to answer before anything slow of the silo's start and until the end of its drain.
/// </summary>
internal sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile EngineHealth? _engine;

    private HealthServer(WebApplication app) => _app = app;

    /// <summary>Starts to answer on the loopback: alive, but not ready yet.</summary>
    /// <exception cref="StartupException">The port is taken.</exception>
    public static async Task<HealthServer> StartAsync(int port, CancellationToken cancellationToken)
    {
        Ports.RequireFree(port, "--http-port");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.AddSiloMetrics();
        var server = new HealthServer(builder.Build());
        server._app.MapGet("/health/live", () => Answer(server._engine?.LivenessProblems() ?? []));
        server._app.MapGet("/health/ready", () => Answer(server._engine?.ReadinessProblems() ?? ["The silo is starting."]));
        server._app.MapSiloMetrics();
        await server._app.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Answers by the engine's health from now on.</summary>
    public void Watch(EngineHealth engine) => _engine = engine;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static IResult Answer(IReadOnlyList<string> problems) =>
        problems.Count == 0
            ? Results.Text("ok\n")
            : Results.Text(string.Join('\n', problems) + '\n', statusCode: StatusCodes.Status503ServiceUnavailable);
}
