using System.Globalization;
using Spectre.Console;

namespace OrleansBatch.Silo.Drill.Report;

// The report for people.
internal static class DrillTable
{
    private const int BrokenShown = 20;

    public static void Write(IAnsiConsole console, DrillReport report)
    {
        console.WriteLine();
        console.WriteLine(Invariant($"Seed {report.Seed}, {report.Seconds} s, {report.Silos} silos, lock lifetime {report.LifetimeSeconds:0.#} s, Postgres {report.Postgres}, .NET {report.Dotnet}"));
        console.WriteLine(Invariant($"{report.Work.Batches:N0} batches of {report.Work.Runs:N0} runs in {report.Work.Groups:N0} groups; {report.Work.RolledBack:N0} rolled back, {report.Work.Refused:N0} refused"));
        console.WriteLine($"Faults: {string.Join(", ", report.Faults.Select(f => Invariant($"{f.Value} {f.Key}")))}; {report.SelfEnded} silos ended by themselves after one");
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
                console.MarkupLineInterpolated($"[red]{promise.Name}[/]: {broken.Group} {(broken.Seq is { } seq ? $"seq {seq}: " : "")}{broken.Seen}");
            }

            if (promise.Broken.Count > BrokenShown)
            {
                console.MarkupLineInterpolated($"... and {promise.Broken.Count - BrokenShown} more; --json shows all.");
            }
        }

        console.WriteLine(report.Broken == 0 ? "0 broken promises." : Invariant($"{report.Broken} broken promises; --seed {report.Seed} draws the same work and faults."));
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
            table.AddRow(promise.Name, Invariant($"{promise.Checked:N0}"), promise.Kept ? "[green]ok[/]" : $"[red]{promise.Broken.Count} BROKEN[/]", Markup.Escape(promise.Promise));
        }

        return table;
    }

    private static Table Takeovers(DrillReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("takeover after", "counted", "p50", "p90", "p99", "max", "bound", "left out");
        foreach (var t in report.Takeovers)
        {
            table.AddRow(
                t.Fault, Invariant($"{t.Count}"), Invariant($"{t.P50:0.00}"), Invariant($"{t.P90:0.00}"), Invariant($"{t.P99:0.00}"),
                Invariant($"{t.Max:0.00}"), Invariant($"{t.Bound:0.0}"),
                t.LeftOut.Count == 0 ? "-" : string.Join("; ", t.LeftOut.Select(l => Invariant($"{l.Value} {l.Key}"))));
        }

        return table;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
