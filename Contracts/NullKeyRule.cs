namespace OrleansBatch.Contracts;

/// <summary>Says what becomes of rows with a null in their primary key.</summary>
public enum NullKeyRule
{
    /// <summary>Fails the batch, and its run with it.</summary>
    Refuse,

    /// <summary>Inserts the rows, which never match another row.</summary>
    Keep,
}
