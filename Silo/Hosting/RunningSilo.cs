using OrleansBatch.Embedded;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Hosting;

namespace OrleansBatch.Silo.Hosting;

/// <summary>A silo inside this process. Disposing drains the silo.</summary>
internal sealed class RunningSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly CancellationTokenRegistration _urgent;

    private RunningSilo(IHost host, CancellationToken urgent)
    {
        _host = host;
        _urgent = urgent.Register(host.Services.GetRequiredService<GroupDrain>().CancelBatches);
    }

    /// <summary>Gets the state behind the silo's health checks, also while the silo drains.</summary>
    public EngineHealth Health => _host.Services.GetRequiredService<EngineHealth>();

    /// <summary>Starts a silo and returns once it serves.</summary>
    /// <exception cref="StartupException">A port is taken.</exception>
    public static async Task<RunningSilo> StartAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        foreach (var mistake in SettingNames.MistakesOfEnvironment())
        {
            await Console.Error.WriteLineAsync($"warning: {mistake}");
        }

        Ports.RequireFree(settings.SiloPort, "--silo-port");
        Ports.RequireFree(settings.GatewayPort, "--gateway-port");
        var host = SiloHost.Build(settings);
        try
        {
            await host.StartAsync(cancellationToken);
            return new RunningSilo(host, settings.Urgent);
        }
        catch
        {
            await DisposeAsync(host);
            throw;
        }
    }

    /// <summary>Starts a silo that stands alone, on free ports, for a verb that needs one while the verb runs.</summary>
    public static Task<RunningSilo> StartAloneAsync(SiloSettings settings, CancellationToken cancellationToken) =>
        StartAsync(
            settings with { JoinsCluster = false, SiloPort = FreePort.Find(), GatewayPort = FreePort.Find() },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await _urgent.DisposeAsync();
        await DisposeAsync(_host);
    }

    // Some of the engine's services can be disposed only asynchronously.
    private static ValueTask DisposeAsync(IHost host) => ((IAsyncDisposable)host).DisposeAsync();
}
