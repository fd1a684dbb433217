namespace OrleansBatch.Silo.Hosting.Network;

/// <summary>The certificates of the connections between silos, as PEM files. All three are given, or none.</summary>
internal sealed class SiloTlsOptions
{
    /// <summary>Gets or sets the file of this silo's certificate, shown to silos and to clients. Default: none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Gets or sets the file of the certificate's private key, without a password. Default: none.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// Gets or sets the file of the authorities that sign the certificates of this cluster. Peers whose certificate none of them has
    /// signed are refused, whatever the host's own store trusts. Default: none.
    /// </summary>
    public string? AuthorityFile { get; set; }
}
