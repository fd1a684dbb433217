namespace OrleansBatch.Contracts;

/// <summary>Says what a delete does to the row of its key.</summary>
public enum DeleteRule
{
    /// <summary>Takes the row away.</summary>
    Hard,

    /// <summary>Keeps the row with its last values, and marks it.</summary>
    Soft,
}
