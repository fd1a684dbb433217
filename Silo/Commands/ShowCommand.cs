using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Commands.Operating;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// show: everything about one run.
internal static class ShowCommand
{
    private static readonly Argument<Guid> _run = RunArgument.Create();

    public static Command Create()
    {
        var command = new Command("show", "Shows a run: its outcome in each sink, what is not applied, and the attempts that failed.")
        {
            _run, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var id = parsed.GetValue(_run);
        var run = await queue.Reports.ShowRunAsync(id, ct)
            ?? throw new StartupException($"Run {id} is unknown: \"orleansbatch runs\" lists them.", ExitCodes.Failed);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(run);
        }
        else
        {
            Write(Terminal.Out, run);
        }

        return ExitCodes.Ok;
    }

    public static void Write(IAnsiConsole console, RunDetails run)
    {
        WriteRun(console, run);
        WriteSinks(console, run);
        WriteBatches(console, run);
        WriteAttempts(console, run);
    }

    private static void WriteRun(IAnsiConsole console, RunDetails run)
    {
        var facts = new Facts();
        facts.Add("run", $"{run.RunId}");
        facts.Add("group", $"{run.TeamId}/{run.SchemaId}");
        facts.Add("kind", $"{run.SyncType}, {run.RunState}, {run.BatchCount} batches, on failure {run.OnFailure}");
        if (run.PrimaryKeys.Count > 0)
        {
            facts.Add("primary key", string.Join(", ", run.PrimaryKeys));
        }

        if (run.NullKeys != "refuse" || run.Lossy != "refuse")
        {
            facts.Add("accepts", $"null keys: {run.NullKeys}, lossy values: {run.Lossy}");
        }

        if (run.Cdc is { } cdc)
        {
            facts.Add("change events", cdc);
        }

        if (run is { FirstSeq: { } first, LastSeq: { } last })
        {
            facts.Add("entries", $"{first} to {last} of its group");
        }

        if (run.MissingIndexes.Count > 0)
        {
            facts.Add("missing", $"no batch has the index {string.Join(", ", run.MissingIndexes)}");
        }

        facts.Add("enqueued", $"{Times.Show(run.CreatedAt)}, last sign of its producer {Times.Show(run.AliveAt)}");
        if (run.OriginRunId is { } origin)
        {
            facts.Add("origin", $"It is a retry of run {origin}.");
        }

        if (run.RetriedAs is { } retry)
        {
            facts.Add("retry", $"It was retried as {retry}.");
        }

        facts.Write(console);
    }

    private static void WriteSinks(IAnsiConsole console, RunDetails run)
    {
        var listing = new Listing(
            "sink", "state", "batch", "since", "applied", "skipped", "rows", "replaced", "rounded", "started", "finished", "",
            new("first error", Wraps: true), new("detail", Wraps: true), new("note", Wraps: true));
        foreach (var s in run.Sinks)
        {
            listing.Add(
                s.Sink ?? "none", RunListing.StateOf(s), $"{s.ExecutingIndex}", Times.Show(s.ExecutingSince),
                $"{s.BatchesApplied}/{s.BatchCount}", $"{s.BatchesSkipped}",
                RunListing.RowsOf(s.RowsApplied, s.RowsAnnounced, s.BatchesDiffering > 0) ?? "not counted",
                RunListing.CountOf(s.RowsReplaced ?? 0), RunListing.CountOf(s.ValuesRounded), Times.Show(s.StartedAt),
                Times.Show(s.FinishedAt), RunListing.RetryOf(s), s.FirstError, s.FirstErrorDetail, string.Join(" ", s.Notes));
        }

        WriteUnder("In each sink:", listing, console);
    }

    private static void WriteBatches(IAnsiConsole console, RunDetails run)
    {
        if (run.Batches.Count == 0)
        {
            console.Profile.Out.Writer.WriteLine();
            console.Profile.Out.Writer.WriteLine("Every batch is applied.");
            return;
        }

        var listing = new Listing(
            "batch", "seq", "sink", "state", "attempt", "since", "rows", new("why", Wraps: true), new("detail", Wraps: true),
            new("path", Wraps: true));
        foreach (var b in run.Batches)
        {
            listing.Add(
                $"{b.BatchIndex}", $"{b.Seq}", b.Sink, b.State, RunListing.CountOf(b.Attempt),
                b.State == "executing" ? Times.Show(b.StartedAt) : null,
                RunListing.RowsOf(b.RowsApplied, b.RowsAnnounced, b.RowsApplied != b.RowsAnnounced),
                string.Join(": ", new[] { b.Detail, b.LastError }.Where(part => part is not null)), b.ErrorDetail, b.Path);
        }

        WriteUnder("Not applied, or with other rows than announced:", listing, console);
        SayMore(console, run.Batches.Count);
    }

    private static void WriteAttempts(IAnsiConsole console, RunDetails run)
    {
        if (run.Attempts.Count == 0)
        {
            return;
        }

        var listing = new Listing(
            "batch", "sink", "attempt", "outcome", "finished", "silo", new("error", Wraps: true), new("detail", Wraps: true));
        foreach (var a in run.Attempts)
        {
            listing.Add(
                a.BatchIndex is { } index ? $"{index}" : "end", a.Sink, $"{a.Attempt}", a.Outcome, Times.Show(a.FinishedAt), a.Silo,
                a.Error, a.ErrorDetail);
        }

        WriteUnder("Attempts that did not succeed, the newest first:", listing, console);
        SayMore(console, run.Attempts.Count);
    }

    private static void WriteUnder(string title, Listing listing, IAnsiConsole console)
    {
        console.Profile.Out.Writer.WriteLine();
        console.Profile.Out.Writer.WriteLine(title);
        listing.Write(console);
    }

    private static void SayMore(IAnsiConsole console, int shown)
    {
        if (shown == RunDetails.MostRows)
        {
            console.Profile.Out.Writer.WriteLine(
                $"Only {shown} are shown; the view batch_status and the table batch_attempt have all.");
        }
    }
}
