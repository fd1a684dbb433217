namespace OrleansBatch.Grains.Interfaces.Serialization;

/// <summary>An <see cref="EnqueueRequest"/> as Orleans sends it. The contract itself depends on no library.</summary>
[GenerateSerializer, Immutable, Alias("batch.enqueue-request")]
internal record struct EnqueueRequestSurrogate
{
    [Id(0)] public long TeamId { get; set; }

    [Id(1)] public string SchemaId { get; set; }

    [Id(2)] public Guid RunId { get; set; }

    [Id(3)] public int BatchIndex { get; set; }

    [Id(4)] public string? Path { get; set; }

    [Id(5)] public bool IsFinal { get; set; }

    [Id(6)] public long? RowCount { get; set; }

    [Id(7)] public long? ByteSize { get; set; }

    [Id(8)] public SyncType SyncType { get; set; }

    [Id(9)] public IReadOnlyList<string>? PrimaryKeys { get; set; }

    [Id(10)] public string Metadata { get; set; }

    [Id(11)] public string Options { get; set; }

    [Id(12)] public NullKeyRule? NullKeys { get; set; }

    [Id(13)] public LossRule? Lossy { get; set; }

    [Id(14)] public Cdc? Cdc { get; set; }
}
