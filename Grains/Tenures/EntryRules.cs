using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Decides what is to become of an entry before any attempt is counted.</summary>
internal static class EntryRules
{
    /// <summary>Judges an entry that the sink has not passed yet.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="standing">How it stands in the sink.</param>
    /// <param name="upstream">What the sink that this one follows made of it; null without such a sink.</param>
    public static EntryVerdict First(LogEntry entry, EntryStanding standing, UpstreamOutcome? upstream)
    {
        if (standing.SinkRunState is not (null or "running"))
        {
            return new EntryVerdict.Skip($"The run has ended here: {standing.SinkRunState}.");
        }

        if (standing.BeganBeforeSink)
        {
            return new EntryVerdict.Skip("The run began before this sink was added.", ByOperator: true, Counts: false);
        }

        // What ends it is a marker that comes later, also when the run was sealed before.
        if (entry.Kind is "batch" or "sealed" && standing.RunState is "cancelled" or "superseded" or "stranded")
        {
            return new EntryVerdict.Skip($"The run was {standing.RunState}.");
        }

        return standing.Exception is { IsSkipped: true } skipped
            ? Without(entry, new EntryVerdict.Skip(skipped.Why, skipped.ByOperator))
            : (upstream is null ? null : Following(entry, upstream)) ?? new EntryVerdict.Work(entry.IsBatch, entry.Ends);
    }

    /// <summary>Judges an entry that the sink has passed before: it is done again what was done then, and nothing else.</summary>
    public static EntryVerdict.Work Again(LogEntry entry, EntryStanding standing)
    {
        if (standing.Exception is { IsFailed: true })
        {
            return new EntryVerdict.Work(false, RunEnd.Failed);
        }

        var told = entry.Ends is null ? null : RunEnds.Of(standing.SinkRunState);
        return new EntryVerdict.Work(
            entry.IsBatch && standing.Exception is not { IsSkipped: true }, told == RunEnd.Failed || told == entry.Ends ? told : null);
    }

    /// <summary>
    /// Judges an entry that was to be passed unapplied. Null unless the sink has what the entry brings: the queue then says what is there.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="found">What the sink has of the entry.</param>
    /// <param name="end">The end of the run that the sink was told with the entry, or null.</param>
    public static EntryVerdict.Work? Left(LogEntry entry, FenceResult found, RunEnd? end = null) =>
        (entry.IsBatch ? found.Applied is not null : entry.Kind == "sealed" && found.HasEnded)
            ? new EntryVerdict.Work(
                entry.IsBatch, found.HasEnded ? entry.Ends : end, Applied: found.Applied ?? BatchResult.NotCounted)
            : null;

    private static EntryVerdict? Following(LogEntry entry, UpstreamOutcome upstream)
    {
        var name = $"Upstream sink {upstream.Sink}";
        if (upstream.Exception is { IsFailed: true } failed)
        {
            return new EntryVerdict.Fail($"{name}: {failed.Why}");
        }

        // Cancelled, superseded and stranded runs come with their own markers.
        if (entry.Kind is not ("batch" or "sealed"))
        {
            return null;
        }

        // A run that left no trace there was nothing to the upstream, and is nothing to this sink.
        var skipped = upstream.Exception is { IsSkipped: true } exception
            ? new EntryVerdict.Skip($"{name}: {exception.Why}", exception.ByOperator, Counts: upstream.RunState is not null)
            : null;
        if (upstream.RunState == "failed" && (skipped is not null || entry.Ends is not null))
        {
            return new EntryVerdict.Fail($"{name}: {upstream.FirstError}");
        }

        if (entry.Ends is not null && upstream.RunState is null or "running")
        {
            return skipped ?? new EntryVerdict.Skip($"{name}: The run was left out.", ByOperator: true, Counts: false);
        }

        return skipped is null ? null : Without(entry, skipped);
    }

    // A batch that is not applied ends its run all the same.
    private static EntryVerdict Without(LogEntry entry, EntryVerdict.Skip skip) =>
        entry.Ends is { } end ? new EntryVerdict.Work(false, end, skip) : skip;
}
