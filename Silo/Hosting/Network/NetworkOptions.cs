namespace OrleansBatch.Silo.Hosting.Network;

/// <summary>Where the program listens, and how silos prove who they are. Bound to the section <c>OrleansBatch</c>.</summary>
internal sealed class NetworkOptions
{
    /// <summary>
    /// Gets or sets the address of this host that silos and clients reach this silo at: an IP address, or a name of this host. The silo
    /// listens on that address alone. Default: the address that this host has towards the database.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>
    /// Gets or sets the address that health and metrics answer at; <c>0.0.0.0</c> and <c>::</c> stand for all. Default: the loopback.
    /// </summary>
    public string? HttpAddress { get; set; }

    /// <summary>
    /// Gets or sets the file that holds the token which <c>/metrics</c> asks for, as <c>Authorization: Bearer TOKEN</c>. Needed where
    /// <see cref="HttpAddress"/> is not the loopback; without it, metrics are not served there. Default: none.
    /// </summary>
    public string? HttpTokenFile { get; set; }

    /// <summary>Gets the certificates of the connections between silos, and of clients. Default: none, for plain connections.</summary>
    public SiloTlsOptions Tls { get; } = new();
}
