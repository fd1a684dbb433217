using System.CommandLine;
using System.CommandLine.Help;
using OrleansBatch.Bench.Scenarios;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Commands;

namespace OrleansBatch.Bench;

// bench SCENARIO: the program's only verb.
internal static class BenchCommand
{
    private const string All = "all";

    private static readonly Argument<string> _scenario = new("scenario")
    {
        Description = $"What to measure: {string.Join(", ", BenchRun.Scenarios.Select(s => s.Name))}, or {All}.",
    };

    private static readonly Option<int?> _groups = Number("--groups", "drain: this many groups instead of the presets.");
    private static readonly Option<int?> _batches = Number("--batches", "drain: batches in each group.");
    private static readonly Option<int?> _sleep = Number("--sleep", "drain: milliseconds that the sink takes for a batch.");
    private static readonly Option<int?> _runs = Number("--runs", "How often each case is measured; default: 3, with --quick 1.");
    private static readonly Option<int?> _seconds = Number("--seconds", "How long a phase lasts, for scenarios that go by time.");
    private static readonly Option<int?> _limit = Number("--limit", "After so many seconds a drain counts by what it did; default: 300.");
    private static readonly Option<double?> _scale = new("--scale") { Description = "How much of the work; default: 1." };
    private static readonly Option<string> _file = new("--file")
    {
        Description = "load: the Parquet file to split into batches.",
        DefaultValueFactory = _ => "../shared/data/flights-3m.parquet",
        HelpName = "path",
    };

    private static readonly Option<string?> _directory = new("--directory")
    {
        Description = "Where the private Postgres gets its directory; default: the system's temporary one.",
        HelpName = "path",
    };

    private static readonly Option<string?> _json = new("--json") { Description = "Write the JSON lines into this file." };
    private static readonly Option<bool> _quick = new("--quick") { Description = "A hundredth of the work, once: does it run at all?" };
    private static readonly Option<bool> _keep = new("--keep") { Description = "Keep the database and the silos' logs." };

    public static Command Create()
    {
        var command = new Command("bench", "Measures OrleansBatch on a private Postgres, and Postgres alone in the same run.")
        {
            _scenario, _groups, _batches, _sleep, _runs, _seconds, _scale, _limit, _file, _directory, _json, _quick, _keep,
            GlobalOptions.Verbose, new HelpOption(),
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var quick = parsed.GetValue(_quick);
        var options = new BenchOptions
        {
            Scenario = parsed.GetValue(_scenario)!,
            Groups = parsed.GetValue(_groups),
            Batches = parsed.GetValue(_batches),
            SleepMs = parsed.GetValue(_sleep) ?? 0,
            Runs = parsed.GetValue(_runs) ?? (quick ? 1 : 3),
            Seconds = parsed.GetValue(_seconds),
            Scale = parsed.GetValue(_scale) ?? (quick ? 0.01 : 1),
            Limit = TimeSpan.FromSeconds(parsed.GetValue(_limit) ?? 300),
            File = parsed.GetValue(_file)!,
            Directory = parsed.GetValue(_directory),
            Json = parsed.GetValue(_json),
            Quick = quick,
            Keep = parsed.GetValue(_keep),
        };
        IReadOnlyList<IScenario> chosen = options.Scenario == All
            ? BenchRun.Scenarios
            : [.. BenchRun.Scenarios.Where(s => s.Name == options.Scenario)];
        if (chosen.Count == 0)
        {
            throw new StartupException($"There is no scenario \"{options.Scenario}\". {_scenario.Description}", ExitCodes.BadInput);
        }

        Require(options.Runs is >= 1 and <= 100, "--runs must be 1 to 100.");
        Require(options.Scale is > 0 and <= 10, "--scale must be above 0 and at most 10.");
        Require(options.Seconds is null or (>= 1 and <= 3600), "--seconds must be 1 to 3600.");
        Require((options.Groups is null) == (options.Batches is null), "--groups and --batches belong together.");
        Require(options.Groups is null or (>= 1 and <= 1_000_000), "--groups must be 1 to 1000000.");
        Require(options.Batches is null or (>= 1 and <= 10_000_000), "--batches must be 1 to 10000000.");
        await BenchRun.RunAsync(options, chosen, ct);
        return ExitCodes.Ok;
    }

    private static void Require(bool met, string otherwise)
    {
        if (!met)
        {
            throw new StartupException(otherwise, ExitCodes.BadInput);
        }
    }

    private static Option<int?> Number(string name, string what) => new(name) { Description = what, HelpName = "number" };
}
