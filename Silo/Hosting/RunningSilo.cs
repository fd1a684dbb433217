namespace OrleansBatch.Silo.Hosting;

/// <summary>A silo inside this process; leaving it drains it.</summary>
internal sealed class RunningSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningSilo(WebApplication app) => _app = app;

    /// <summary>Starts a silo and returns once it serves.</summary>
    /// <exception cref="StartupException">A port is taken.</exception>
    public static async Task<RunningSilo> StartAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        Ports.RequireFree(settings.SiloPort, "--silo-port");
        Ports.RequireFree(settings.GatewayPort, "--gateway-port");
        if (settings.HttpPort is { } port)
        {
            Ports.RequireFree(port, "--http-port");
        }

        var app = SiloHost.Build(settings);
        try
        {
            await app.StartAsync(cancellationToken);
            return new RunningSilo(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a silo that stands alone, on free ports, for a verb that needs one while it runs.</summary>
    public static Task<RunningSilo> StartAloneAsync(SiloSettings settings, CancellationToken cancellationToken) =>
        StartAsync(
            settings with { JoinsCluster = false, HttpPort = null, SiloPort = Ports.FindFree(), GatewayPort = Ports.FindFree() },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
