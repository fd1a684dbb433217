namespace OrleansBatch.Sinks.Probe;

/// <summary>Says what the probe sink writes down.</summary>
public sealed class ProbeSinkOptions
{
    /// <summary>
    /// Gets or sets a value indicating whether each attempt gets a row in the ledger; without one the probe does no database work at all and
    /// obeys only <c>sleep_ms</c>. Default: true.
    /// </summary>
    public bool Ledger { get; set; } = true;

    /// <summary>
    /// Gets or sets the file that the moments at which batches started are written into when the silo stops; only without a ledger.
    /// Default: none.
    /// </summary>
    public string? StartsFile { get; set; }
}
