namespace OrleansBatch.Grains.Interfaces.Serialization;

/// <summary>A <see cref="Cdc"/> as Orleans sends it.</summary>
[GenerateSerializer, Immutable, Alias("batch.cdc")]
internal record struct CdcSurrogate
{
    [Id(0)] public string Operation { get; set; }

    [Id(1)] public string Sequence { get; set; }

    [Id(2)] public DeleteRule Deletes { get; set; }

    [Id(3)] public bool History { get; set; }
}
