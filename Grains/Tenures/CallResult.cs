using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What the sink did with an entry.</summary>
internal sealed record CallResult
{
    /// <summary>Gets what the sink did with the batch; null for a marker and for a batch that a hook kept from the sink.</summary>
    public BatchResult? Batch { get; init; }

    /// <summary>Gets what the sink said of the run's end.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets why a hook kept the batch from being applied, or null.</summary>
    public EntryVerdict.Skip? Skip { get; init; }
}
