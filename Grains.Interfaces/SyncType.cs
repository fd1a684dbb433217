namespace OrleansBatch.Grains.Interfaces;

/// <summary>Tells what a run's batches do to the data that is already in the sink; fixed by the run's first batch.</summary>
[GenerateSerializer, Alias("batch.sync-type")]
public enum SyncType
{
    /// <summary>Every row is added.</summary>
    Append,

    /// <summary>The run replaces the whole table when it is sealed; until then readers see the old rows.</summary>
    FullRefresh,

    /// <summary>Rows replace those with the same primary key.</summary>
    Incremental,

    /// <summary>Rows are change events, to be applied strictly in order.</summary>
    Cdc,
}
