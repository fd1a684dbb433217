namespace OrleansBatch.Grains.Tenures;

/// <summary>A row of own_window: a batch of the claimed window, or, last, the cursor's.</summary>
/// <param name="Entry">The batch.</param>
/// <param name="Claimed">The cursor; null when nothing was claimed.</param>
internal readonly record struct OwnedRow(LogEntry? Entry, ClaimedCursor? Claimed)
{
    public static OwnedRow Read(Row r)
    {
        if (!r.IsNull("place"))
        {
            return new OwnedRow(null, ClaimedCursor.Read(r));
        }

        return r.IsNull("seq") ? default : new OwnedRow(LogEntry.OfWindow(r), null);
    }
}

/// <summary>The cursor's row as the own of a window left it.</summary>
/// <param name="Place">Where the row is.</param>
/// <param name="Epoch">The new epoch.</param>
/// <param name="AppliedSeq">The last batch that the sink really applied.</param>
/// <param name="ClaimedAt">When the window was claimed, by the database's clock.</param>
/// <param name="WokenFrom">The first wakeup that may be left.</param>
/// <param name="Counts">The counts that stand in the row.</param>
internal sealed record ClaimedCursor(
    RowPlace Place, long Epoch, long AppliedSeq, DateTime ClaimedAt, long WokenFrom, RunCounts? Counts)
{
    public static ClaimedCursor Read(Row r) => new(
        r.GetPlace("place"), r.Get<long>("epoch"), r.Get<long>("applied_seq"), r.Get<DateTime>("claimed_at"), r.Get<long>("woken_from"),
        RunCounts.Read(r));
}
