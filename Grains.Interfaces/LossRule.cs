namespace OrleansBatch.Grains.Interfaces;

/// <summary>What becomes of values that a destination can't hold exactly.</summary>
[GenerateSerializer, Alias("batch.loss-rule")]
public enum LossRule
{
    /// <summary>The batch is refused for good. This is the default.</summary>
    Refuse,

    /// <summary>Such values are rounded, and the attempt says how many; never in a primary key.</summary>
    Round,
}
