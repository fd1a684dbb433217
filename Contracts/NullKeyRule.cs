namespace OrleansBatch.Contracts;

/// <summary>What becomes of rows with a null in their primary key.</summary>
public enum NullKeyRule
{
    /// <summary>Their batch fails, and its run with it.</summary>
    Refuse,

    /// <summary>They are inserted, and never match another row.</summary>
    Keep,
}
