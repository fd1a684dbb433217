namespace OrleansBatch.Contracts;

/// <summary>Says what a run does to the rows already in a sink.</summary>
public enum SyncType
{
    /// <summary>Adds every row.</summary>
    Append,

    /// <summary>Replaces all rows when the run is sealed.</summary>
    FullRefresh,

    /// <summary>Replaces the rows of equal primary key.</summary>
    Incremental,

    /// <summary>Carries change events.</summary>
    Cdc,
}
