using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// actions: lists the acts of operators on record.
internal static class ActionsCommand
{
    private static readonly Option<Guid?> _run = RunArgument.CreateOption("--run", "Only at this run.");
    private static readonly Option<GroupKey?> _group = GroupArgument.CreateOption("--group", "Only at this group and its runs.");
    private static readonly Option<int> _limit = LimitOption.Create(new ActionFilter().Limit);

    public static Command Create()
    {
        var command = new Command("actions", "Lists what operators have done, with who and why, the newest first.")
        {
            _run, _group, _limit, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var actions = await queue.Reports.ListActionsAsync(
            new ActionFilter { RunId = parsed.GetValue(_run), Group = parsed.GetValue(_group), Limit = parsed.GetValue(_limit) }, ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(actions);
            return ExitCodes.Ok;
        }

        if (actions.Count == 0)
        {
            Console.WriteLine("No actions match.");
            return ExitCodes.Ok;
        }

        var listing = new Listing("at", "verb", "by", new("subject", Wraps: true), new("why", Wraps: true));
        foreach (var a in actions)
        {
            listing.Add(Times.Show(a.CreatedAt), a.Verb, a.Who, a.Subject, a.Why);
        }

        listing.Write();
        return ExitCodes.Ok;
    }
}
