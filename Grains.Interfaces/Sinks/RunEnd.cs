namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>Tells how a run ended in a sink.</summary>
[GenerateSerializer, Alias("batch.run-end")]
public enum RunEnd
{
    /// <summary>The producer sealed the run and all its batches were applied.</summary>
    Sealed,

    /// <summary>A batch of the run failed for good in this sink.</summary>
    Failed,

    /// <summary>Somebody cancelled the run.</summary>
    Cancelled,

    /// <summary>A later full refresh made the run pointless.</summary>
    Superseded,

    /// <summary>The producer fell silent and left the run open.</summary>
    Stranded,
}
