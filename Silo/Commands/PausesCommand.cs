using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// pauses: lists the paused scopes, with operator and reason.
internal static class PausesCommand
{
    public static Command Create()
    {
        var command = new Command("pauses", "Lists the pauses: what is paused, by whom, why, and what waits for it.") { JsonOutput.Option };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var pauses = await queue.Reports.ListPausesAsync(ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(pauses.Select(p => new
            {
                p.Scope.TeamId, p.Scope.SchemaId, p.Scope.Sink, p.Who, p.Why, p.CreatedAt, p.GroupsWaiting, p.Waiting,
            }));
            return ExitCodes.Ok;
        }

        if (pauses.Count == 0)
        {
            Console.WriteLine("Nothing is paused.");
            return ExitCodes.Ok;
        }

        var listing = new Listing(
            "paused", "since", "groups waiting", "entries waiting", "by", new("why", Wraps: true), new("resume with", Wraps: true));
        foreach (var p in pauses)
        {
            listing.Add(
                $"{p.Scope}", Times.Show(p.CreatedAt), $"{p.GroupsWaiting}", $"{p.Waiting}", p.Who, p.Why,
                PauseArguments.ResumeCommand(p.Scope));
        }

        listing.Write();
        return ExitCodes.Ok;
    }
}
