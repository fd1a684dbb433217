using System.CommandLine;
using System.Globalization;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// runs: what became of the newest runs.
internal static class RunsCommand
{
    private static readonly Option<long?> _team = TeamOption.Create("Only this team's.");
    private static readonly Option<string?> _schema = new("--schema") { Description = "Only this schema's.", HelpName = "name" };
    private static readonly Option<string?> _sink = OperatorOptions.Sink("Only in this sink.");
    private static readonly Option<string?> _state = new("--state")
    {
        Description = "Only in this state: waiting, running, succeeded, failed, cancelled, superseded or stranded in the sink; open or "
            + "sealed by the producer.",
        HelpName = "state",
    };

    private static readonly Option<int> _limit = new("--limit")
    {
        Description = "The most lines.",
        DefaultValueFactory = _ => new RunFilter().Limit,
        HelpName = "number",
    };

    public static Command Create()
    {
        _state.AcceptOnlyFromAmong("waiting", "running", "succeeded", "failed", "cancelled", "superseded", "stranded", "open", "sealed");
        _limit.Validators.Add(result =>
        {
            if (result.GetValue(_limit) < 1)
            {
                result.AddError("--limit must be 1 or more.");
            }
        });
        var command = new Command("runs", "Lists runs and what became of them in each sink, the newest first.")
        {
            _team, _schema, _sink, _state, _limit, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var runs = await queue.Reports.ListRunsAsync(
            new RunFilter
            {
                TeamId = parsed.GetValue(_team),
                SchemaId = parsed.GetValue(_schema),
                Sink = parsed.GetValue(_sink),
                State = parsed.GetValue(_state),
                Limit = parsed.GetValue(_limit),
            },
            ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(runs);
        }
        else if (runs.Count == 0)
        {
            Console.WriteLine("No runs match.");
        }
        else
        {
            Write(runs);
        }

        return ExitCodes.Ok;
    }

    private static void Write(IReadOnlyList<RunSummary> runs)
    {
        var table = TableOutput.Create(
            "run", "group", "sink", "state", "producer", "sync type", "applied", "skipped", "enqueued at", "error");
        table.Columns[0].NoWrap = true;
        foreach (var run in runs)
        {
            table.Add(
                $"{run.RunId}", $"{run.TeamId}/{run.SchemaId}", run.Sink, run.State, run.RunState, run.SyncType,
                $"{run.BatchesApplied}/{run.BatchCount}", $"{run.BatchesSkipped}",
                run.CreatedAt.ToString("u", CultureInfo.InvariantCulture), run.FirstError);
        }

        table.Write();
    }
}
