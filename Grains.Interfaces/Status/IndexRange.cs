namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>Batch indexes of a run, one after the other.</summary>
/// <param name="First">The lowest index.</param>
/// <param name="Last">The highest index.</param>
[GenerateSerializer, Immutable, Alias("batch.index-range")]
public sealed record IndexRange(int First, int Last)
{
    /// <summary>Shows the range as people say it.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First} to {Last}";
}
