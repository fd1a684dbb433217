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
    private volatile string _starting = "The silo is starting.";

    private HealthServer(WebApplication app) => _app = app;

    /// <summary>Starts to answer: alive, but not ready yet.</summary>
    /// <param name="address">The address to listen on: one of this host, or all of them.</param>
    /// <param name="port">The port.</param>
    /// <param name="tokenFile">The file of the token that other hosts must show for the metrics; null has them refused.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="StartupException">The port is taken, or the address is none of this host's.</exception>
    public static async Task<HealthServer> StartAsync(
        IPAddress address, int port, string? tokenFile, CancellationToken cancellationToken)
    {
        Ports.RequireFree(address, port, "--http-port");
        var guard = new HttpGuard(tokenFile);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port));
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.AddSiloMetrics();
        var server = new HealthServer(builder.Build());

        // Health is open, because an orchestrator's probe has no token.
        server._app.MapGet("/health/live", () => Answer(server._engine?.LivenessProblems() ?? []));
        server._app.MapGet("/health/ready", () => Answer(server._engine?.ReadinessProblems() ?? [server._starting]));
        server._app.UseWhen(context => !context.Request.Path.StartsWithSegments("/health"), guard.Use);
        server._app.MapSiloMetrics();
        await server._app.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Says why the silo is not ready until it has started.</summary>
    public void SayStarting(string reason) => _starting = $"The silo is starting. {reason}";

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
