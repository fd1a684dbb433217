using System.Net;
using Microsoft.Extensions.Options;
using OrleansBatch.Embedded;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Hosting;
using OrleansBatch.Grains.Options;
using OrleansBatch.Silo.Hosting.Membership;

namespace OrleansBatch.Silo.Hosting;

/// <summary>A silo inside this process. Disposing drains the silo.</summary>
internal sealed partial class RunningSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly CancellationTokenRegistration _urgent;
    private bool _isAbandoned;

    private RunningSilo(IHost host, SiloSettings settings)
    {
        (_host, EndPoint) = (host, new IPEndPoint(settings.Address, settings.SiloPort));
        _urgent = settings.Urgent.Register(Drain.CancelBatches);
    }

    /// <summary>Gets the state behind the silo's health checks, also while the silo drains.</summary>
    public EngineHealth Health => _host.Services.GetRequiredService<EngineHealth>();

    /// <summary>Gets the address and the port that other silos reach the silo at.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Gets the silo's name.</summary>
    public string Name => NameOf(_host);

    private GroupDrain Drain => _host.Services.GetRequiredService<GroupDrain>();

    /// <summary>Starts a silo and returns once it serves.</summary>
    /// <exception cref="StartupException">A port is taken, or the silo would harm its cluster.</exception>
    public static async Task<RunningSilo> StartAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        foreach (var mistake in SettingNames.MistakesOfEnvironment())
        {
            await Console.Error.WriteLineAsync($"warning: {mistake}");
        }

        Ports.RequireFree(settings.Address, settings.SiloPort, "--silo-port");
        Ports.RequireFree(settings.Address, settings.GatewayPort, "--gateway-port");
        var host = SiloHost.Build(settings);
        try
        {
            await using var start = settings.JoinsCluster ? await CheckAsync(host, settings, cancellationToken) : null;
            await host.StartAsync(cancellationToken);
            return new RunningSilo(host, settings);
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

    /// <summary>Says a sentence of the program's own, which is a line of the log where a program reads the output.</summary>
    public void Say(string sentence)
    {
        if (LogSettings.IsJson(_host.Services.GetRequiredService<IConfiguration>()))
        {
            LogSaid(_host.Services.GetRequiredService<ILogger<RunningSilo>>(), sentence);
        }
        else
        {
            Console.WriteLine(sentence);
        }
    }

    /// <summary>Returns why the silo has died, once it has; null when the wait is cancelled before that.</summary>
    public async Task<string?> WaitForDeathAsync(CancellationToken cancellationToken)
    {
        var reason = _host.Services.GetRequiredService<SiloDeath>().Reason;
        await ((Task)reason.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return reason.IsCompleted ? await reason : null;
    }

    /// <summary>
    /// Has the groups of a dead silo finish their batches and leave. Orleans is not stopped, because its stop would wait for silos that it
    /// can't reach.
    /// </summary>
    public async Task AbandonAsync()
    {
        _isAbandoned = true;
        await Drain.FinishBatchesAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _urgent.DisposeAsync();
        if (!_isAbandoned)
        {
            await _host.StopAsync(CancellationToken.None);
            await DisposeAsync(_host);
        }
    }

    private static Task<StartLock> CheckAsync(IHost host, SiloSettings settings, CancellationToken cancellationToken)
    {
        var own = new LiveMember(NameOf(host), Environment.MachineName, new IPEndPoint(settings.Address, settings.SiloPort));
        return new JoinCheck(settings.ConnectionString, own, settings.Say, TimeProvider.System).RunAsync(cancellationToken);
    }

    private static string NameOf(IHost host) => host.Services.GetRequiredService<IOptions<OrleansBatchOptions>>().Value.SiloName;

    // Some of the engine's services can be disposed only asynchronously.
    private static ValueTask DisposeAsync(IHost host) => ((IAsyncDisposable)host).DisposeAsync();

    [LoggerMessage(500, LogLevel.Information, "{Sentence}")]
    static partial void LogSaid(ILogger logger, string sentence);
}
