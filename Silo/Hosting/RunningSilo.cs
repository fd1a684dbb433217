namespace OrleansBatch.Silo.Hosting;

/// <summary>A silo inside this process; leaving it drains it.</summary>
internal sealed class RunningSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private RunningSilo(IHost host) => _host = host;

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

        var host = SiloHost.Build(settings);
        try
        {
            await host.StartAsync(cancellationToken);
            return new RunningSilo(host);
        }
        catch
        {
            await DisposeAsync(host);
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
        await _host.StopAsync(CancellationToken.None);
        await DisposeAsync(_host);
    }

    // Some of the engine's services can be disposed only asynchronously.
    private static ValueTask DisposeAsync(IHost host) => ((IAsyncDisposable)host).DisposeAsync();
}
