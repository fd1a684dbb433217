using System.CommandLine;
using Npgsql;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Silo.Loading;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// load: enqueues Parquet files as one run and waits until it has ended.
internal static class LoadCommand
{
    public static Command Create()
    {
        var command = new Command("load", "Enqueues Parquet files as one run and shows its progress.");
        LoadOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var call = LoadOptions.ReadCall(parsed);
        var (connection, runId, roots) = (parsed.GetConnection(), parsed.GetValue(LoadOptions.Run), parsed.GetValue(LoadOptions.Roots)!);
        if (connection is null)
        {
            InputDirectories.Choose(roots, [.. call?.Files.Select(f => f.Path) ?? []]);
        }

        await using var database = call is null
            ? await DatabaseHandle.OpenExistingAsync(connection, ct) : await DatabaseHandle.OpenAsync(connection, ct);
        await using var source = Database.Pool(database, "load");
        await Database.PrepareAsync(database, source, ct);
        RequireRowsNotEvents(call, await source.ReadAsync("sinks_without_cdc", r => r.GetString(0), ct));
        var opening = new LoadOpening(source, database.Name, database.IsEmbedded);
        try
        {
            var run = await opening.OpenAsync(call, runId, parsed.GetValue(SiloOptions.Lake), ct);
            return await FollowAsync(parsed, database, source, run, opening.LeftBehind, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && opening.RunId is { } run)
        {
            throw new StartupException(LoadReport.Interrupted(run, database.IsEmbedded), ExitCodes.Interrupted);
        }
    }

    private static async Task<int> FollowAsync(
        ParseResult parsed, DatabaseHandle database, NpgsqlDataSource source, LoadedRun run, IReadOnlyList<UnfinishedLoad> leftBehind,
        CancellationToken ct)
    {
        // Scripts read the output at the end, and people the messages meanwhile.
        var asJson = parsed.WantsJson();
        var report = new LoadReport(asJson ? Console.Error : Console.Out);
        var console = asJson
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
            : AnsiConsole.Console;
        if (!parsed.GetValue(LoadOptions.Wait))
        {
            report.Enqueued(run, database.IsEmbedded);
            WriteJson(asJson, run, "enqueued", []);
            return ExitCodes.Ok;
        }

        report.Begin(run, leftBehind);
        await using var silo = await StartSiloAsync(parsed, database, source, run, ct);
        var outcomes = await new RunWatcher(source, console).WatchAsync([run], ct);
        var succeeded = outcomes.All(o => o.Succeeded);
        OutcomeTable.Write(console, outcomes);
        OutcomeTable.WriteErrors(Console.Error, outcomes);
        if (succeeded)
        {
            report.Loaded(run);
        }

        WriteJson(asJson, run, succeeded ? "succeeded" : "failed", [.. outcomes.SelectMany(o => o.Sinks)]);
        return succeeded ? ExitCodes.Ok : ExitCodes.Failed;
    }

    // On the private Postgres every load brings a silo that can read its files.
    // Another program's silo may not reach them, and may end at any time. A given database has silos of its own.
    private static async Task<RunningSilo?> StartSiloAsync(
        ParseResult parsed, DatabaseHandle database, NpgsqlDataSource source, LoadedRun run, CancellationToken ct)
    {
        var roots = parsed.GetValue(LoadOptions.Roots)!;
        if (!database.IsEmbedded)
        {
            if (roots.Length > 0 || (run.Lakes == new Lakes() && parsed.GetValue(SiloOptions.Lake) is not null))
            {
                await Console.Error.WriteLineAsync(
                    $"{(roots.Length > 0 ? "--roots" : "--lake")} has no effect here: the silos that serve this queue have their own.");
            }

            return null;
        }

        if (run.HasEnded)
        {
            return null;
        }

        await using var connection = await source.OpenConnectionAsync(ct);
        return await RunningSilo.StartAloneAsync(
            new SiloSettings
            {
                ConnectionString = database.ConnectionString,
                Sinks = await LoadOpening.SinksAsync(connection, ct),
                Lakes = run.Lakes,
                InputRoots = InputDirectories.Choose(roots, await new LoadRegister(connection).PathsAsync(run.RunId, ct)),
                Verbose = parsed.GetValue(GlobalOptions.Verbose),
                Quiet = true,
            },
            ct);
    }

    private static void RequireRowsNotEvents(LoadCall? call, List<string> takeNone)
    {
        if (takeNone.Count > 0 && call?.SyncType == SyncType.Cdc)
        {
            throw new StartupException(
                $"The sink {takeNone[0]} takes no change events: load the files as append, full_refresh or incremental. "
                + "Nothing was enqueued.",
                ExitCodes.BadInput);
        }
    }

    private static void WriteJson(bool asJson, LoadedRun run, string state, IReadOnlyList<RunProgress> sinks)
    {
        if (asJson)
        {
            JsonOutput.Write(new
            {
                run.RunId, run.Group.TeamId, run.Group.SchemaId, State = state, run.IsContinued, run.Batches, run.Rows,
                LakeFile = LoadReport.LakeFile(run), LakeTable = LoadReport.DeltaTable(run),
                Sinks = sinks.Select(s => new
                {
                    s.Sink, s.State, BatchesApplied = s.Applied, BatchesSkipped = s.Skipped, RowsApplied = s.Rows, s.FirstError, s.Seconds,
                }),
            });
        }
    }
}
