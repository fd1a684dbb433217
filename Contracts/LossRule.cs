namespace OrleansBatch.Contracts;

/// <summary>What becomes of values that a sink can't hold exactly.</summary>
public enum LossRule
{
    /// <summary>Their batch fails, and its run with it.</summary>
    Refuse,

    /// <summary>They are rounded, and the attempt says how many; never in a primary key.</summary>
    Round,
}
