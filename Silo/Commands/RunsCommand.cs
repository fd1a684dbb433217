using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// runs: lists the newest runs with their outcomes.
internal static class RunsCommand
{
    private static readonly Option<long?> _team = TeamOption.Create("Only this team's.");
    private static readonly Option<string?> _schema = new("--schema") { Description = "Only this schema's.", HelpName = "name" };
    private static readonly Option<string?> _sink = OperatorOptions.Sink("Only in this sink.");
    private static readonly Option<string?> _state = new("--state")
    {
        Description = "Only in this state: waiting, running, succeeded, failed (and not mended by a retry), cancelled, superseded or "
            + "stranded in the sink; open or sealed by the producer.",
        HelpName = "state",
    };

    private static readonly Option<DateTimeOffset?> _since = SinceOption.Create("Only runs that began since then");
    private static readonly Option<int> _limit = LimitOption.Create(new RunFilter().Limit);

    public static Command Create()
    {
        _state.AcceptOnlyFromAmong("waiting", "running", "succeeded", "failed", "cancelled", "superseded", "stranded", "open", "sealed");
        var command = new Command("runs", "Lists runs and what became of them in each sink, the newest first.")
        {
            _team, _schema, _sink, _state, _since, _limit, JsonOutput.Option,
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
                Since = parsed.GetValue(_since),
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
            RunListing.Of(runs).Write();
        }

        return ExitCodes.Ok;
    }
}
