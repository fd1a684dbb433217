namespace OrleansBatch.Grains.Tenures;

/// <summary>Consecutive batches of one run that are claimed together. The claim counts the attempt of the first of them.</summary>
/// <param name="Entries">The batches, at least one.</param>
/// <param name="ClaimedAt">When the batches were claimed, by the database's clock.</param>
/// <param name="AppliedSeq">The last batch that the sink applied before them.</param>
internal sealed record Window(IReadOnlyList<LogEntry> Entries, DateTime ClaimedAt, long AppliedSeq)
{
    public LogEntry First => Entries[0];

    /// <summary>Gives the rest of the window when so many of its batches, but not all, are done.</summary>
    public Window After(int finished) => this with { Entries = [.. Entries.Skip(finished)], AppliedSeq = Entries[finished - 1].Seq };

    /// <summary>Gives the window of its first batch alone.</summary>
    public Window OfFirst() => this with { Entries = [First] };

    /// <summary>Gives the first attempt at one of the batches; the sink has applied all before it.</summary>
    public EntryWork WorkOf(LogEntry entry)
    {
        var appliedSeq = entry.Seq == First.Seq ? AppliedSeq : entry.Seq - 1;
        return new EntryWork(entry, new EntryVerdict.Work(true, entry.Ends), new SinkPosition(appliedSeq), 1);
    }

    /// <summary>
    /// Gives the end of the run that comes with the last of so many batches, which are applied; null when the run goes on.
    /// </summary>
    public EntryWork? EndAfter(int applied) => Entries[applied - 1] is { Ends: { } end } last
        ? new EntryWork(last, new EntryVerdict.Work(false, end), new SinkPosition(last.Seq), 1)
        : null;
}
