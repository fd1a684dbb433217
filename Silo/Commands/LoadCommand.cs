using System.CommandLine;
using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Silo.Loading;
using OrleansBatch.Sinks.Input;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// load: enqueues Parquet files as one run and waits until it has ended.
internal static class LoadCommand
{
    private static readonly Option<long> _team = new("--team") { Description = "The team that owns the data.", Required = true };
    private static readonly Option<string> _schema = new("--schema") { Description = "The schema, 1 to 200 characters.", Required = true };
    private static readonly Option<string> _syncType = new("--sync-type")
    {
        Description = "append, full_refresh (replaces the table at the end) or incremental (replaces rows of equal key).",
        DefaultValueFactory = _ => "append",
    };

    private static readonly Option<string[]> _primaryKey = new("--primary-key")
    {
        Description = "Columns of the primary key, for incremental.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until the run has ended in every active sink; exit code 1 when it failed. --wait false only enqueues.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Argument<string[]> _files = new("files") { Description = "Parquet files, in order.", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        _syncType.AcceptOnlyFromAmong("append", "full_refresh", "incremental", "cdc");
        var command = new Command("load", "Enqueues Parquet files as one run and shows its progress.")
        {
            _files, _team, _schema, _syncType, _primaryKey, _wait, SiloOptions.Lake, SiloOptions.Roots,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var files = RunLoader.Inspect(parsed.GetValue(_files)!);
        await using var database = await DatabaseHandle.OpenAsync(parsed.GetConnection(), ct);
        await using var source = Database.Pool(database, "load");
        await Database.PrepareAsync(database, source, ct);
        await using var silo = await StartSiloIfNeededAsync(parsed, database, source, files, ct);
        var run = await new RunLoader(source).EnqueueAsync(
            new GroupKey(parsed.GetValue(_team), parsed.GetValue(_schema)!), SyncTypeOf(parsed.GetValue(_syncType)!),
            parsed.GetValue(_primaryKey)!, files, ct);
        if (!parsed.GetValue(_wait))
        {
            Console.WriteLine($"Enqueued {run.Batches} batches with {run.Rows:N0} rows as run {run.RunId}.");
            return ExitCodes.Ok;
        }

        var outcomes = await new RunWatcher(source, AnsiConsole.Console).WatchAsync([run], ct);
        OutcomeTable.Write(AnsiConsole.Console, outcomes);
        OutcomeTable.WriteErrors(Console.Error, outcomes);
        return outcomes.All(o => o.Succeeded) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    // The private Postgres has nobody to work on it unless a serve runs beside; a given database has silos of its own.
    private static async Task<RunningSilo?> StartSiloIfNeededAsync(
        ParseResult parsed, DatabaseHandle database, NpgsqlDataSource source, IReadOnlyList<ParquetInfo> files, CancellationToken ct)
    {
        if (!database.IsEmbedded || !parsed.GetValue(_wait) || (await new QueueInspector(source).SilosAsync(ct)).Count > 0)
        {
            return null;
        }

        var roots = parsed.GetValue(SiloOptions.Roots)!;
        return await RunningSilo.StartAloneAsync(
            new SiloSettings
            {
                ConnectionString = database.ConnectionString,
                Lake = parsed.GetValue(SiloOptions.Lake)!,
                InputRoots = roots.Length > 0 ? roots : [.. files.Select(f => Path.GetDirectoryName(f.Path)!).Distinct()],
                Verbose = parsed.GetValue(GlobalOptions.Verbose),
                Quiet = true,
            },
            ct);
    }

    private static SyncType SyncTypeOf(string text) => text switch
    {
        "append" => SyncType.Append,
        "full_refresh" => SyncType.FullRefresh,
        "incremental" => SyncType.Incremental,
        _ => SyncType.Cdc,
    };
}
