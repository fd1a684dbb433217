using System.CommandLine;
using System.Globalization;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Commands.Operating;

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
            return ExitCodes.Ok;
        }

        Console.WriteLine(
            $"Run {run.RunId} of group {run.TeamId}/{run.SchemaId}: {run.SyncType}, {run.RunState}, {run.BatchCount} batches, "
            + $"on failure {run.OnFailure}.");
        Console.WriteLine($"First enqueued {Time(run.CreatedAt)}, last sign of its producer {Time(run.AliveAt)}.");
        if (run.OriginRunId is { } origin)
        {
            Console.WriteLine($"It is a retry of run {origin}.");
        }

        WriteSinks(run);
        WriteBatches(run);
        WriteAttempts(run);
        return ExitCodes.Ok;
    }

    private static void WriteSinks(RunDetails run)
    {
        var table = TableOutput.Create("sink", "state", "applied", "skipped", "rows", "started", "finished", "first error");
        foreach (var s in run.Sinks)
        {
            table.Add(
                s.Sink, s.State, $"{s.BatchesApplied}/{s.BatchCount}", $"{s.BatchesSkipped}", $"{s.RowsApplied}", Time(s.StartedAt),
                Time(s.FinishedAt), s.FirstError);
        }

        table.Write();
    }

    private static void WriteBatches(RunDetails run)
    {
        if (run.Batches.Count == 0)
        {
            Console.WriteLine("Every batch is applied.");
            return;
        }

        var table = TableOutput.Create("batch", "seq", "sink", "state", "attempt", "why", "path");
        foreach (var b in run.Batches)
        {
            table.Add($"{b.BatchIndex}", $"{b.Seq}", b.Sink, b.State, $"{b.Attempt}", b.LastError, b.Path);
        }

        table.Write();
        SayMore(run.Batches.Count);
    }

    private static void WriteAttempts(RunDetails run)
    {
        if (run.Attempts.Count == 0)
        {
            return;
        }

        var table = TableOutput.Create("batch", "sink", "attempt", "outcome", "finished", "silo", "error");
        foreach (var a in run.Attempts)
        {
            table.Add(
                a.BatchIndex is { } index ? $"{index}" : "end", a.Sink, $"{a.Attempt}", a.Outcome, Time(a.FinishedAt), a.Silo, a.Error);
        }

        table.Write();
        SayMore(run.Attempts.Count);
    }

    private static void SayMore(int shown)
    {
        if (shown == RunDetails.MostRows)
        {
            Console.WriteLine($"Only {shown} are shown; the view batch_status and the table batch_attempt have all.");
        }
    }

    private static string Time(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture) ?? "-";
}
