namespace OrleansBatch.Grains.Tenures;

/// <summary>Learns of the runs that end on this silo, so that the host's hooks are told soon.</summary>
internal interface IRunEndListener
{
    /// <summary>Gets a value indicating whether there are hooks to tell.</summary>
    bool HasHooks { get; }

    /// <summary>Takes the hint that a run has ended; the notification itself is in the outbox already.</summary>
    void RunEnded();
}
