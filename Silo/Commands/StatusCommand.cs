using System.CommandLine;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// status: what the queue is doing now.
internal static class StatusCommand
{
    private const int GroupsShown = 20;

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

        AnsiConsole.Write(Totals(status));
        if (status.Active.Count > 0)
        {
            AnsiConsole.Write(Groups(status));
            if (status.Active.Count > GroupsShown)
            {
                AnsiConsole.Console.MarkupLineInterpolated($"... and {status.Active.Count - GroupsShown} more groups; --json shows all.");
            }
        }

        return ExitCodes.Ok;
    }

    private static Grid Totals(QueueStatus status)
    {
        var grid = new Grid().AddColumn().AddColumn(new GridColumn().RightAligned());
        grid.AddRow(new Text("queue"), new Text(ControlCharacters.Escape(status.Database)));
        grid.AddRow("groups", $"{status.Groups:N0}");
        grid.AddRow("waiting", $"{status.Waiting:N0}");
        grid.AddRow("executing", $"{status.Executing:N0}");
        grid.AddRow("retrying", $"{status.Retrying:N0}");
        grid.AddRow("failed runs", $"{status.FailedRuns:N0}");
        grid.AddRow("oldest waiting", status.OldestWaitingSeconds is { } age ? $"{TimeSpan.FromSeconds((long)age):c}" : "-");
        grid.AddRow("silos", status.Silos.Count == 0 ? "none: start one with \"orleansbatch serve\"" : string.Join(", ", status.Silos));
        return grid;
    }

    private static Table Groups(QueueStatus status)
    {
        var table = new Table().AddColumns("group", "sink", "state", "waiting", "attempt", "owner", "why it waits");
        foreach (var g in status.Active.Take(GroupsShown))
        {
            table.AddRow(
                Markup.Escape($"{g.TeamId}/{g.SchemaId}"), Markup.Escape(g.Sink), g.State, $"{g.Waiting:N0}", $"{g.Attempt}",
                Markup.Escape(g.Owner ?? "-"), Markup.Escape(g.LastError ?? string.Empty));
        }

        return table;
    }
}
