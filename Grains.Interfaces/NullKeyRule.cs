namespace OrleansBatch.Grains.Interfaces;

/// <summary>What becomes of rows with a null in their primary key.</summary>
[GenerateSerializer, Alias("batch.null-key-rule")]
public enum NullKeyRule
{
    /// <summary>The batch is refused for good. This is the default.</summary>
    Refuse,

    /// <summary>Such rows are inserted, and never match another row.</summary>
    Keep,
}
