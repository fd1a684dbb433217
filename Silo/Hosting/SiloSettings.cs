using System.Net;
using OrleansBatch.Silo.Hosting.Network;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Settings that distinguish one silo from another.</summary>
internal sealed record SiloSettings
{
    /// <summary>Gets the database.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Gets the sinks that the silo serves.</summary>
    public IReadOnlyList<string> Sinks { get; init; } = [BuiltInSinks.DuckDb];

    /// <summary>Gets how many groups the silo works on at the same time; null keeps the configured number.</summary>
    public int? Slots { get; init; }

    /// <summary>Gets the address that others reach this silo at, and that the silo listens on alone. Default: the loopback.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Gets the port that other silos reach this one at.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>Gets the port that clients reach this silo at.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>Gets the certificates of the connections between silos. Default: none.</summary>
    public SiloTlsOptions Tls { get; init; } = new();

    /// <summary>
    /// Gets a value indicating whether the silo joins the cluster in the database. A silo that does not join stays alone. Default: true.
    /// </summary>
    public bool JoinsCluster { get; init; } = true;

    /// <summary>Gets the lakes of the sinks. A sink without one keeps the configured lake.</summary>
    public Lakes Lakes { get; init; } = new();

    /// <summary>Gets the directories that batches may be read from; empty keeps the configured ones.</summary>
    public IReadOnlyList<string> InputRoots { get; init; } = [];

    /// <summary>Gets the token that cancels the batches which a stopping silo still waits for.</summary>
    public CancellationToken Urgent { get; init; } = Interrupt.Urgent;

    /// <summary>Gets what is told why the start takes its time. Default: nobody.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Gets a value indicating whether the log shows everything of Orleans.</summary>
    public bool Verbose { get; init; }

    /// <summary>Gets a value indicating whether only warnings are logged, because the verb shows its own progress.</summary>
    public bool Quiet { get; init; }
}
