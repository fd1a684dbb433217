namespace OrleansBatch.Grains.Interfaces.Serialization;

/// <summary>Converts between an <see cref="EnqueueRequest"/> and the surrogate that Orleans sends.</summary>
[RegisterConverter]
internal sealed class EnqueueRequestConverter : IConverter<EnqueueRequest, EnqueueRequestSurrogate>
{
    public EnqueueRequest ConvertFromSurrogate(in EnqueueRequestSurrogate surrogate) => new()
    {
        TeamId = surrogate.TeamId,
        SchemaId = surrogate.SchemaId,
        RunId = surrogate.RunId,
        BatchIndex = surrogate.BatchIndex,
        Path = surrogate.Path,
        IsFinal = surrogate.IsFinal,
        RowCount = surrogate.RowCount,
        ByteSize = surrogate.ByteSize,
        SyncType = surrogate.SyncType,
        PrimaryKeys = surrogate.PrimaryKeys,
        Metadata = surrogate.Metadata,
        Options = surrogate.Options,
        NullKeys = surrogate.NullKeys,
        Lossy = surrogate.Lossy,
        Cdc = surrogate.Cdc,
    };

    public EnqueueRequestSurrogate ConvertToSurrogate(in EnqueueRequest value) => new()
    {
        TeamId = value.TeamId,
        SchemaId = value.SchemaId,
        RunId = value.RunId,
        BatchIndex = value.BatchIndex,
        Path = value.Path,
        IsFinal = value.IsFinal,
        RowCount = value.RowCount,
        ByteSize = value.ByteSize,
        SyncType = value.SyncType,
        PrimaryKeys = value.PrimaryKeys,
        Metadata = value.Metadata,
        Options = value.Options,
        NullKeys = value.NullKeys,
        Lossy = value.Lossy,
        Cdc = value.Cdc,
    };
}
