using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Commands.Operating;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Sinks.Delta;

namespace OrleansBatch.Silo.Commands;

// table: shows the Delta tables of a lake, and has them kept up.
internal static class TableCommand
{
    private static readonly Argument<GroupKey> _group = GroupArgument.Create();
    private static readonly Option<int> _limit = LimitOption.Create(20);
    private static readonly Option<string?> _lake = new("--lake")
    {
        Description = "The lake: a directory, or s3://bucket/prefix. Default: OrleansBatch__Delta__Lake, else the one that the silos of "
            + "the queue have on record.",
        HelpName = "place",
    };

    public static Command Create()
    {
        var show = new Command("show", "Shows a group's table: version, files, rows, columns, and how far it has come.")
        {
            _group, _lake, JsonOutput.Option,
        };
        show.SetAction((parsed, ct) => RunAsync(parsed, ShowAsync, ct));
        var history = new Command("history", "Lists the versions of a group's table, the newest first.")
        {
            _group, _lake, _limit, JsonOutput.Option,
        };
        history.SetAction((parsed, ct) => RunAsync(parsed, HistoryAsync, ct));
        var table = new Command("table", "Shows the Delta tables of a lake, and has them kept up.") { show, history };
        foreach (var verb in TableUpkeepCommand.All)
        {
            table.Subcommands.Add(verb.Create());
        }

        return table;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, DeltaLake, CancellationToken, Task> show, CancellationToken ct)
    {
        using var lake = new DeltaLake(await LakeOfAsync(parsed, ct));
        try
        {
            await show(parsed, lake, ct);
            return ExitCodes.Ok;
        }
        catch (FileNotFoundException e)
        {
            throw new StartupException(e.Message, ExitCodes.Failed, e);
        }
    }

    private static async Task ShowAsync(ParseResult parsed, DeltaLake lake, CancellationToken ct)
    {
        var state = await lake.ReadAsync(parsed.GetValue(_group), ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(TableReport.JsonOf(state));
        }
        else
        {
            TableReport.Write(Terminal.Out, state);
        }
    }

    private static async Task HistoryAsync(ParseResult parsed, DeltaLake lake, CancellationToken ct)
    {
        var versions = await lake.ReadHistoryAsync(parsed.GetValue(_group), parsed.GetValue(_limit), ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(versions);
        }
        else
        {
            TableReport.HistoryOf(versions).Write();
        }
    }

    private static async Task<string> LakeOfAsync(ParseResult parsed, CancellationToken ct)
    {
        if ((parsed.GetValue(_lake) ?? LakeSettings.Of(BuiltInSinks.Delta)) is { } given)
        {
            return given;
        }

        await using var database = await DatabaseHandle.OpenExistingAsync(parsed.GetConnection(), ct);
        await using var source = Database.Pool(database, "table");
        await Database.PrepareAsync(database, source, ct);
        return (await source.ReadAsync("delta_lakes", r => r.GetString(0), ct)).FirstOrDefault() ?? throw new StartupException(
            "No silo of this queue has served the sink delta, so its lake is not known: name the lake with --lake.", ExitCodes.BadInput);
    }
}
