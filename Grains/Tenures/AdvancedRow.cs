namespace OrleansBatch.Grains.Tenures;

/// <summary>A row of advance_window: a batch of the next window, or, last, the cursor's.</summary>
/// <param name="Entry">The batch.</param>
/// <param name="Moved">The cursor.</param>
internal readonly record struct AdvancedRow(LogEntry? Entry, MovedCursor? Moved)
{
    public static AdvancedRow Read(Row r) =>
        r.IsNull("seq") ? new AdvancedRow(null, MovedCursor.Read(r)) : new AdvancedRow(LogEntry.OfWindow(r), null);
}

/// <summary>The cursor's row as an advance left it.</summary>
/// <param name="Place">Where the row is.</param>
/// <param name="ClaimedAt">When the next window was claimed, by the database's clock.</param>
/// <param name="IsDrained">Whether the group was drained and is given up.</param>
/// <param name="KeepsCounts">Whether the run's counts stand in the row still.</param>
internal sealed record MovedCursor(RowPlace Place, DateTime ClaimedAt, bool IsDrained, bool KeepsCounts)
{
    public static MovedCursor Read(Row r) =>
        new(r.GetPlace("place"), r.Get<DateTime>("claimed_at"), r.Get<bool>("is_drained"), r.Get<bool>("keeps_counts"));
}
