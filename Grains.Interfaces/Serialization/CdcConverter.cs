namespace OrleansBatch.Grains.Interfaces.Serialization;

/// <summary>Converts between a <see cref="Cdc"/> and the surrogate that Orleans sends.</summary>
[RegisterConverter]
internal sealed class CdcConverter : IConverter<Cdc, CdcSurrogate>
{
    public Cdc ConvertFromSurrogate(in CdcSurrogate surrogate) => new()
    {
        Operation = surrogate.Operation,
        Sequence = surrogate.Sequence,
        Deletes = surrogate.Deletes,
        History = surrogate.History,
    };

    public CdcSurrogate ConvertToSurrogate(in Cdc value) => new()
    {
        Operation = value.Operation,
        Sequence = value.Sequence,
        Deletes = value.Deletes,
        History = value.History,
    };
}
