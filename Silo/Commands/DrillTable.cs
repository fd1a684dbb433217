using System.Globalization;
using OrleansBatch.Drill;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// Prints the report for people.
internal static class DrillTable
{
    private const int BrokenShown = 20;

    public static void Write(IAnsiConsole console, DrillReport report)
    {
        console.WriteLine();
        var work = report.Work;
        var silos = $"{report.Silos} silos{(report.Hosts > 0 ? " on hosts of their own" : "")}";
        console.WriteLine(Invariant(
            $"Seed {report.Seed}, {report.Seconds} s, {silos}, lock lifetime {report.LifetimeSeconds:0.#} s"));
        console.WriteLine($"Postgres {report.Postgres}, .NET {report.Dotnet}");
        console.WriteLine(Invariant($"{work.Batches:N0} batches of {work.Runs:N0} runs in {work.Groups:N0} groups"));
        console.WriteLine(Invariant($"{work.RolledBack:N0} were rolled back, {work.Refused:N0} refused because their run had failed"));
        console.WriteLine($"Faults: {string.Join(", ", report.Faults.Select(f => Invariant($"{f.Value} {f.Key}")))}");
        if (report.Tables is { } tables)
        {
            console.WriteLine(Invariant($"{tables.Versions:N0} versions of {tables.Tables:N0} tables, read {tables.Reads:N0} times"));
            console.WriteLine(Invariant($"{tables.Rows:N0} rows in the end"));
            console.WriteLine(Invariant($"{tables.Successors:N0} owners that were caught in a commit went on after their successor"));
            console.WriteLine(Invariant($"{tables.Orphans:N0} data files were left by owners that did not get to their commit"));
        }

        console.WriteLine($"{report.SelfEnded} times a silo ended by itself after a fault");
        console.WriteLine($"At most {report.MostConnections} engine connections a silo");
        foreach (var why in report.NotPossible)
        {
            console.WriteLine(why);
        }

        console.Write(Promises(report));
        console.Write(Takeovers(report));
        foreach (var promise in report.Promises.Where(p => !p.Kept))
        {
            foreach (var broken in promise.Broken.Take(BrokenShown))
            {
                var where = broken.Group is null ? "" : Invariant($"{broken.Group} seq {broken.Seq}: ");
                console.MarkupLineInterpolated($"[red]{promise.Name}[/]: {where}{broken.Seen}");
            }

            if (promise.Broken.Count > BrokenShown)
            {
                console.MarkupLineInterpolated($"... and {promise.Broken.Count - BrokenShown} more; --json shows all.");
            }
        }

        console.WriteLine(Invariant($"{report.Broken} broken promises; --seed {report.Seed} draws the same work and faults again."));
        if (report.Directory is { } directory)
        {
            console.WriteLine($"Kept: {directory}");
        }
    }

    private static Table Promises(DrillReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("promise", "checked", "", "what is promised");
        foreach (var promise in report.Promises)
        {
            table.AddRow(
                promise.Name, Invariant($"{promise.Checked:N0}"), promise.Kept ? "[green]ok[/]" : $"[red]{promise.Broken.Count} BROKEN[/]",
                Markup.Escape(promise.Promise));
        }

        return table;
    }

    private static Table Takeovers(DrillReport report)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("takeover after", "counted", "p50", "p90", "p99", "max", "bound", "left out");
        foreach (var t in report.Takeovers)
        {
            table.AddRow(
                t.Fault, Invariant($"{t.Count}"), Invariant($"{t.P50:0.00}"), Invariant($"{t.P90:0.00}"), Invariant($"{t.P99:0.00}"),
                Invariant($"{t.Max:0.00}"), t.Bound is { } bound ? Invariant($"{bound:0.0}") : "none",
                t.LeftOut.Count == 0 ? "-" : string.Join("; ", t.LeftOut.Select(l => Invariant($"{l.Value} {l.Key}"))));
        }

        return table;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
