using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Groups;

/// <summary>Decides what is to become of an entry before any attempt is counted.</summary>
internal static class EntryRules
{
    /// <summary>Judges an entry that the sink has not passed yet.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="upstream">What the sink that this one follows made of it; null without such a sink.</param>
    public static Verdict First(LogEntry entry, UpstreamOutcome? upstream)
    {
        if (entry.SinkRunState is not (null or "running"))
        {
            return new Verdict.Skip($"The run has ended here: {entry.SinkRunState}.");
        }

        if (entry.BeganBeforeSink)
        {
            return new Verdict.Skip("The run began before this sink was added.", ByOperator: true, Counts: false);
        }

        // What ends it is a marker that comes later, also when the run was sealed before.
        if (entry.Kind is "batch" or "sealed" && entry.RunState is "cancelled" or "superseded" or "stranded")
        {
            return new Verdict.Skip($"The run was {entry.RunState}.");
        }

        return entry.Exception is { IsSkipped: true } skipped
            ? Without(entry, new Verdict.Skip(skipped.Why, skipped.ByOperator))
            : (upstream is null ? null : Following(entry, upstream)) ?? new Verdict.Work(entry.IsBatch, entry.Ends);
    }

    /// <summary>Judges an entry that the sink has passed before: it is done again what was done then, and nothing else.</summary>
    public static Verdict.Work Again(LogEntry entry)
    {
        if (entry.Exception is { IsFailed: true })
        {
            return new Verdict.Work(false, RunEnd.Failed);
        }

        var told = entry.Ends is null ? null : RunEnds.Of(entry.SinkRunState);
        return new Verdict.Work(
            entry.IsBatch && entry.Exception is not { IsSkipped: true }, told == RunEnd.Failed || told == entry.Ends ? told : null);
    }

    private static Verdict? Following(LogEntry entry, UpstreamOutcome upstream)
    {
        var name = $"Upstream sink {upstream.Sink}";
        if (upstream.Exception is { IsFailed: true } failed)
        {
            return new Verdict.Fail($"{name}: {failed.Why}");
        }

        // Cancelled, superseded and stranded runs come with their own markers.
        if (entry.Kind is not ("batch" or "sealed"))
        {
            return null;
        }

        // A run that left no trace there was nothing to the upstream, and is nothing to this sink.
        var skipped = upstream.Exception is { IsSkipped: true } exception
            ? new Verdict.Skip($"{name}: {exception.Why}", exception.ByOperator, Counts: upstream.RunState is not null)
            : null;
        if (upstream.RunState == "failed" && (skipped is not null || entry.Ends is not null))
        {
            return new Verdict.Fail($"{name}: {upstream.FirstError}");
        }

        if (entry.Ends is not null && upstream.RunState is null or "running")
        {
            return skipped ?? new Verdict.Skip($"{name}: The run was left out.", ByOperator: true, Counts: false);
        }

        return skipped is null ? null : Without(entry, skipped);
    }

    // A batch that is not applied ends its run all the same.
    private static Verdict Without(LogEntry entry, Verdict.Skip skip) =>
        entry.Ends is { } end ? new Verdict.Work(false, end, skip) : skip;
}
