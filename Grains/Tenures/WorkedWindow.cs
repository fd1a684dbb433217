namespace OrleansBatch.Grains.Tenures;

/// <summary>A window whose turn has come.</summary>
/// <param name="Window">The window.</param>
/// <param name="Ahead">What the sink has done of it already, beside the advance before it; null when nothing.</param>
/// <param name="IsClaimed">False for what is left of a window after an advance that claimed nothing further.</param>
internal sealed record PendingWindow(Window Window, WindowResult? Ahead = null, bool IsClaimed = true);

/// <summary>A window that the sink has worked on.</summary>
/// <param name="Pending">The window as it was before.</param>
/// <param name="Result">What the sink has done of it.</param>
/// <param name="Leaves">Whether the tenure must leave after it.</param>
internal sealed record WorkedWindow(PendingWindow Pending, WindowResult Result, bool Leaves)
{
    public Window Window => Pending.Window;

    /// <summary>Gets a value indicating whether another window may follow it.</summary>
    public bool GoesOn => Result.Error is null && !Leaves;

    /// <summary>Gets the part that is left when the sink was slow at a batch, so that the next one may begin beside the advance.</summary>
    public Window? RestOfSlow => GoesOn && !Result.Quick && Result.Finished < Window.Entries.Count ? Window.After(Result.Finished) : null;

    /// <summary>Gets the batch that the sink failed at.</summary>
    public LogEntry Failed => Window.Entries[Result.Finished];

    /// <summary>Gets the last batch that the sink has applied.</summary>
    public long AppliedSeq => Result.Finished > 0 ? Window.Entries[Result.Finished - 1].Seq : Window.AppliedSeq;

    /// <summary>
    /// Gets a value indicating whether the attempt at the failed batch is counted already: the claim counts it for the first.
    /// </summary>
    public bool IsFailureCounted => Pending.IsClaimed && Result.Finished == 0;

    /// <summary>Gets how many of its batches were applied with another number of rows than announced.</summary>
    public int Differing => Result.Results.Where((r, i) => BatchRows.Differ(Window.Entries[i], r)).Count();

    /// <summary>Gets the rows that the sink took in of the batches that were applied, as far as it counts them.</summary>
    public long Rows => Result.Results.Sum(r => r.RowsApplied ?? 0);

    /// <summary>Gets the size of the batches that were applied, as far as their producer announced it.</summary>
    public long Bytes => Window.Entries.Take(Result.Finished).Sum(e => e.ByteSize ?? 0);
}
