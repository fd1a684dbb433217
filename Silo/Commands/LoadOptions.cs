using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Loading;

namespace OrleansBatch.Silo.Commands;

// The command line of load.
internal static class LoadOptions
{
    public static readonly Option<Guid?> Run = new("--run")
    {
        Description = "The run's id. A known one is gone on with, by itself or with its files; a new one names a new run. "
            + "Default: the same call goes on with its run while that is unfinished, else a new run.",
        HelpName = "id",
        CustomParser = result =>
        {
            if (Guid.TryParse(result.Tokens[0].Value, out var run))
            {
                return run;
            }

            result.AddError($"\"{result.Tokens[0].Value}\" is no run id: \"orleansbatch runs\" lists them.");
            return null;
        },
    };

    public static readonly Option<bool> Wait = new("--wait")
    {
        Description = "Wait until the run has ended in every active sink; exit code 1 when it failed. --wait false only enqueues.",
        DefaultValueFactory = _ => true,
    };

    public static readonly Option<string[]> Roots = SiloOptions.DirectoryList(
        "--roots",
        "A directory that the silo which load starts may read from, with everything below it; once for each. Default: those of the files.");

    private static readonly Argument<string[]> _files = new("files")
    {
        Description = "Parquet files, in order; a directory or a quoted pattern stands for its files in the order of their names.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<long?> _team = TeamOption.Create("The team that owns the data, a number.");
    private static readonly Option<string?> _schema = new("--schema")
    {
        Description = "The schema, 1 to 200 characters.",
        HelpName = "name",
    };

    private static readonly Option<string> _syncType = new("--sync-type")
    {
        Description = "append, full_refresh (replaces the table at the end), incremental (replaces rows of equal key), or cdc "
            + "(applies change events).",
        DefaultValueFactory = _ => "append",
        HelpName = "type",
    };

    private static readonly Option<string[]> _primaryKey = new("--primary-key")
    {
        Description = "Columns of the primary key, for incremental and cdc: separated by commas, or once for each.",
        CustomParser = NameList.Parse,
        DefaultValueFactory = _ => [],
        HelpName = "columns",
    };

    private static readonly Option<string?> _nullKeys = new("--null-keys")
    {
        Description = "What becomes of rows with a null in their key: refuse, or keep (they are inserted and never match). "
            + "Default: refuse.",
        HelpName = "rule",
    };

    private static readonly Option<string?> _lossy = new("--lossy")
    {
        Description = "What becomes of values that a sink can't hold exactly: refuse, or round, never in a key. Default: refuse.",
        HelpName = "rule",
    };

    public static void AddTo(Command command)
    {
        _syncType.AcceptOnlyFromAmong("append", "full_refresh", "incremental", "cdc");
        _nullKeys.AcceptOnlyFromAmong("refuse", "keep");
        _lossy.AcceptOnlyFromAmong("refuse", "round");
        command.Arguments.Add(_files);
        foreach (var option in new Option[]
            { _team, _schema, _syncType, _primaryKey, _nullKeys, _lossy, Run, Wait, SiloOptions.Lake, Roots, JsonOutput.Option })
        {
            command.Options.Add(option);
        }

        ChangeOptions.AddTo(command, _syncType);
        command.Validators.Add(result =>
        {
            // Only the presence of the tokens is read, because reading a value that can't be parsed would throw.
            var files = result.GetResult(_files) is { Tokens.Count: > 0 };
            var complete = files && result.GetResult(_team) is not null && result.GetResult(_schema) is not null;
            if (!complete && (files || result.GetResult(Run) is null))
            {
                result.AddError("\"load\" needs --team, --schema and at least one file; only --run can do without them.");
            }
        });
    }

    // Returns null when only a run is named.
    public static LoadCall? ReadCall(ParseResult parsed) => parsed.GetValue(_files) is not { Length: > 0 } files ? null : new LoadCall
    {
        Group = new GroupKey(parsed.GetValue(_team)!.Value, parsed.GetValue(_schema)!),
        SyncType = SyncTypeNames.Parse(parsed.GetValue(_syncType)!),
        PrimaryKeys = parsed.GetValue(_primaryKey)!,
        NullKeys = parsed.GetValue(_nullKeys),
        Lossy = parsed.GetValue(_lossy),
        Cdc = ChangeOptions.Read(parsed),
        Files = RunLoader.Inspect(InputPaths.Expand(files)),
    };
}
