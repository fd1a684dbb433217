namespace OrleansBatch.Grains.Tenures;

/// <summary>Says between two batches whether the tenure must leave although its group has work.</summary>
internal sealed class LeaveRule(ITenureHost host, OwnershipWatch watch, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    /// <summary>Gets a value indicating whether the time slice is what the tenure leaves for, while other groups wait.</summary>
    public bool LeavesToOthers { get; private set; }

    // A group that runs exclusively closes the silo before its batch and reopens it in the same step, so that it never sends itself away.
    public bool MustLeave()
    {
        LeavesToOthers = host.IsSliceOver(_began);
        return LeavesToOthers || host.Draining.IsCancellationRequested || host.IsClosed || watch.IsCancelled;
    }
}
