using System.CommandLine;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Commands;

// status: shows the present work of the queue.
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Shows groups, waiting, executing, retrying and failed batches, and the owners.")
        {
            JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var database = await DatabaseHandle.OpenExistingAsync(parsed.GetConnection(), ct);
        await using var source = Database.Pool(database, "status");
        await Database.PrepareAsync(database, source, ct);
        var status = await new QueueInspector(source).ReadAsync(database.Name, ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(status);
            return ExitCodes.Ok;
        }

        StatusReport.Write(Terminal.Out, status);
        return ExitCodes.Ok;
    }
}
