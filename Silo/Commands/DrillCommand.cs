using System.CommandLine;
using OrleansBatch.Drill;
using OrleansBatch.Drill.Faults;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// drill: proves the promises on this machine, under faults.
internal static class DrillCommand
{
    private static readonly DrillOptions _defaults = new();

    private static readonly Option<int> _seconds = Number("--seconds", _defaults.Seconds, "For how long faults are begun.");
    private static readonly Option<int> _silos = Number("--silos", _defaults.Silos, "Silo processes, 2 to 5.");
    private static readonly Option<int> _hosts = Number(
        "--hosts", _defaults.Hosts, "Hosts to make here, each with one silo, in place of --silos: 2 to 5; 0 for none. Needs root.");

    private static readonly Option<int?> _seed = new("--seed") { Description = "Draws the same work and faults again; default: random." };
    private static readonly Option<double> _faultEvery = Seconds("--fault-every", _defaults.FaultEvery, "From one fault to the next.");
    private static readonly Option<double> _lifetime = Seconds("--lifetime", _defaults.Lifetime, "The silos' lock lifetime in seconds.");
    private static readonly Option<int> _pace = Number("--pace", _defaults.Pace, "Batches enqueued a second.");
    private static readonly Option<int> _groups = Number("--groups", _defaults.Groups, "Groups that get work again and again.");
    private static readonly Option<string?> _faults = new("--faults")
    {
        Description = $"Faults to inject; default: all that are possible, of {string.Join(",", FaultNames.All)}. "
            + "Those of hosts need --hosts, those in commits --sink delta.",
        HelpName = "list",
    };

    private static readonly Option<string> _sink = OneOf("--sink", _defaults.Sink, DrillSinks.All, "The sink that batches are for.");
    private static readonly Option<string> _store = OneOf(
        "--store", _defaults.Store, DrillStores.All, "Where the tables of the sink delta lie; s3 is a private one of Ceph's.");

    private static readonly Option<string?> _previous = new("--previous")
    {
        Description = "The assembly of an earlier version, which all silos are of until this version replaces them, one by one.",
        HelpName = "path",
    };

    private static readonly Option<bool> _keep = new("--keep") { Description = "Keep the database and the silos' logs." };

    public static Command Create()
    {
        var command = new Command("drill", "Kills, freezes and cuts off silos under work on a private Postgres, and checks every promise.")
        {
            _seconds, _silos, _hosts, _sink, _store,
            _seed, _faultEvery, _faults, _lifetime, _pace, _groups, _previous, _keep, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var options = new DrillOptions
        {
            Seconds = parsed.GetValue(_seconds),
            Silos = parsed.GetValue(_silos),
            Hosts = parsed.GetValue(_hosts),
            Sink = parsed.GetValue(_sink)!,
            Store = parsed.GetValue(_store)!,
            Seed = parsed.GetValue(_seed) ?? _defaults.Seed,
            FaultEvery = TimeSpan.FromSeconds(parsed.GetValue(_faultEvery)),
            Lifetime = TimeSpan.FromSeconds(parsed.GetValue(_lifetime)),
            Pace = parsed.GetValue(_pace),
            Groups = parsed.GetValue(_groups),
            Previous = parsed.GetValue(_previous) is { } path ? Path.GetFullPath(path) : null,
            Keep = parsed.GetValue(_keep),
        };
        if (parsed.GetValue(_faults) is { } list)
        {
            options = options with { Faults = FaultNames.Parse(list) };
        }

        var asJson = parsed.WantsJson();
        if (Console.IsOutputRedirected)
        {
            // A file has no width, and the console would take that of the smallest terminal.
            AnsiConsole.Profile.Width = 160;
        }

        var report = await DrillRunner.RunAsync(options, asJson ? null : Console.WriteLine, ct);
        if (asJson)
        {
            JsonOutput.Write(report);
        }
        else
        {
            DrillTable.Write(AnsiConsole.Console, report);
        }

        return report.Broken == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static Option<int> Number(string name, int value, string what) =>
        new(name) { Description = what, DefaultValueFactory = _ => value, HelpName = "number" };

    private static Option<string> OneOf(string name, string value, IReadOnlyList<string> values, string what)
    {
        var option = new Option<string>(name) { Description = what, DefaultValueFactory = _ => value, HelpName = string.Join('|', values) };
        return option.AcceptOnlyFromAmong([.. values]);
    }

    private static Option<double> Seconds(string name, TimeSpan value, string what) =>
        new(name) { Description = what, DefaultValueFactory = _ => value.TotalSeconds, HelpName = "seconds" };
}
