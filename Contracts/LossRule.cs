namespace OrleansBatch.Contracts;

/// <summary>Says what becomes of values that a sink can't hold exactly.</summary>
public enum LossRule
{
    /// <summary>Fails the batch, and its run with it.</summary>
    Refuse,

    /// <summary>Rounds the values, and counts them in the attempt. Values of a primary key are never rounded.</summary>
    Round,
}
