using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Commands.Operating;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Silo.Loading;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// The present work of the queue, for people.
internal static class StatusReport
{
    private const int GroupsShown = 20;

    public static void Write(IAnsiConsole console, QueueStatus status)
    {
        WriteTotals(console, status);
        if (status.Active.Count == 0)
        {
            return;
        }

        console.Profile.Out.Writer.WriteLine();
        WriteGroups(console, status);
        if (status.Active.Count > GroupsShown)
        {
            console.Profile.Out.Writer.WriteLine($"... and {status.Active.Count - GroupsShown} more groups; --json shows all.");
        }
    }

    private static void WriteTotals(IAnsiConsole console, QueueStatus status)
    {
        var facts = new Facts();
        facts.Add("queue", status.Database);
        facts.Add("groups", $"{status.Groups:N0}");
        facts.Add("waiting", $"{status.Waiting:N0}");
        facts.Add("executing", $"{status.Executing:N0}");
        facts.Add("retrying", $"{status.Retrying:N0}");
        facts.Add("failed runs", $"{status.FailedRuns:N0}");
        facts.Add("oldest waiting", status.OldestWaitingSeconds is { } age ? $"{TimeSpan.FromSeconds((long)age):c}" : "-");
        facts.Add("silos", status.Silos.Count == 0 ? "none: start one with \"orleansbatch serve\"" : string.Join(", ", status.Silos));
        foreach (var pause in status.Pauses)
        {
            var why = pause.Why.Length > 0 ? $" ({pause.Why})" : string.Empty;
            facts.Add(
                "paused", $"{pause.Scope} since {Times.Show(pause.CreatedAt)}, by {pause.Who}{why}; {pause.GroupsWaiting} groups wait. "
                    + $"End it with: {PauseArguments.ResumeCommand(pause.Scope)}");
        }

        foreach (var b in status.Alone)
        {
            var does = b.Since is null ? "waits until it can run" : "runs";
            var since = b.Since is null ? string.Empty : $" since {Times.Show(b.Since)}";
            facts.Add(
                "alone", $"silo {b.Silo} {does} entry {b.Seq} of {b.TeamId}/{b.SchemaId} in {b.Sink} alone{since}, because its owner was "
                    + $"lost there {b.Losses} times. The silo takes no other group until it has ended; {b.GroupsWaiting} groups wait for "
                    + "that.");
        }

        facts.Write(console);
    }

    private static void WriteGroups(IAnsiConsole console, QueueStatus status)
    {
        var listing = new Listing(
            "group", "sink", "state", "waiting", "attempt", "owner", "since", new("why it waits", Wraps: true));
        foreach (var g in status.Active.Take(GroupsShown))
        {
            listing.Add(
                $"{g.TeamId}/{g.SchemaId}", g.Sink, g.State, $"{g.Waiting:N0}", RunListing.CountOf(g.Attempt), g.Owner,
                Times.Show(g.ExecutingSince ?? g.WaitingSince),
                WaitHint.Of(g.State, new GroupKey(g.TeamId, g.SchemaId), g.Sink, g.LastError));
        }

        listing.Write(console);
    }
}
