namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>Selects runs; a null part selects all.</summary>
[GenerateSerializer, Immutable, Alias("batch.run-filter")]
public sealed record RunFilter
{
    /// <summary>Gets the team. Default: null.</summary>
    [Id(0)] public long? TeamId { get; init; }

    /// <summary>Gets the schema. Default: null.</summary>
    [Id(1)] public string? SchemaId { get; init; }

    /// <summary>Gets the sink's name. Default: null.</summary>
    [Id(2)] public string? Sink { get; init; }

    /// <summary>
    /// Gets the state: waiting, running, succeeded, failed, cancelled, superseded or stranded in the sink; open or sealed by the producer.
    /// A failed run whose retry succeeded is not among the failed ones.
    /// Default: null.
    /// </summary>
    [Id(3)] public string? State { get; init; }

    /// <summary>Gets the most rows to return, the newest runs first. Default: 50.</summary>
    [Id(4)] public int Limit { get; init; } = 50;

    /// <summary>Gets the time from which on runs began. Default: null.</summary>
    [Id(5)] public DateTimeOffset? Since { get; init; }

    /// <summary>Gets whether runs that an operator has acknowledged are left out. Default: false.</summary>
    [Id(6)] public bool WithoutAcknowledged { get; init; }
}
