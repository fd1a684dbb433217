namespace OrleansBatch.Grains.Interfaces.Serialization;

/// <summary>An <see cref="EnqueueRefusedException"/> as Orleans sends it: the sentence and hint, without the server's error.</summary>
[GenerateSerializer, Immutable, Alias("batch.enqueue-refused")]
internal readonly record struct EnqueueRefusedSurrogate(
    [property: Id(0)] string SqlState, [property: Id(1)] string Sentence, [property: Id(2)] string? Hint);
