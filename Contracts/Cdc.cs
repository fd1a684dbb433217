namespace OrleansBatch.Contracts;

/// <summary>How the change events of a cdc run are read and kept; fixed by the run's first batch.</summary>
public sealed record Cdc
{
    /// <summary>Gets the name of the column that says what happened to a row.</summary>
    public required string Operation { get; init; }

    /// <summary>Gets the name of the column by which the changes of a key are ordered.</summary>
    public required string Sequence { get; init; }

    /// <summary>Gets what a delete does to its row. Default: Hard.</summary>
    public DeleteRule Deletes { get; init; }

    /// <summary>Gets a value indicating whether all versions of a row are kept in a history table. Default: false.</summary>
    public bool History { get; init; }
}
