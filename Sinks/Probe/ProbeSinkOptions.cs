namespace OrleansBatch.Sinks.Probe;

/// <summary>Settings of the probe sink's records.</summary>
public sealed class ProbeSinkOptions
{
    /// <summary>
    /// Gets or sets a value indicating whether each attempt gets a row in the ledger. Default: true.
    /// Without a ledger the probe does no database work at all, and obeys only <c>sleep_ms</c>.
    /// </summary>
    public bool Ledger { get; set; } = true;

    /// <summary>
    /// Gets or sets the file for the times at which batches started, written when the silo stops; only without a ledger.
    /// Default: none.
    /// </summary>
    public string? StartsFile { get; set; }
}
