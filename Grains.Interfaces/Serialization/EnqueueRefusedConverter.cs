namespace OrleansBatch.Grains.Interfaces.Serialization;

/// <summary>Converts between an <see cref="EnqueueRefusedException"/> and the surrogate that Orleans sends.</summary>
[RegisterConverter]
internal sealed class EnqueueRefusedConverter : IConverter<EnqueueRefusedException, EnqueueRefusedSurrogate>
{
    public EnqueueRefusedException ConvertFromSurrogate(in EnqueueRefusedSurrogate surrogate) =>
        new(surrogate.SqlState, surrogate.Sentence, surrogate.Hint);

    public EnqueueRefusedSurrogate ConvertToSurrogate(in EnqueueRefusedException value) => new(value.SqlState, value.Sentence, value.Hint);
}
