using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// sink list: lists the destinations and the silos that serve them.
internal static class SinkListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "Lists the sinks, what waits for them, and the silos that serve them.") { JsonOutput.Option };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var sinks = await queue.Reports.ListSinksAsync(ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(sinks);
            return ExitCodes.Ok;
        }

        if (sinks.Count == 0)
        {
            Console.WriteLine("There is no sink yet: \"orleansbatch serve\" makes those it serves, \"orleansbatch sink add\" any other.");
            return ExitCodes.Ok;
        }

        var listing = new Listing("sink", "state", "follows", "groups behind", "waiting", new("silos", Wraps: true));
        foreach (var sink in sinks)
        {
            listing.Add(
                sink.Name, sink.State, sink.Upstream, $"{sink.GroupsBehind}", $"{sink.Waiting}",
                sink.Silos.Count == 0 ? "none" : string.Join(", ", sink.Silos));
        }

        listing.Write();
        return ExitCodes.Ok;
    }
}
