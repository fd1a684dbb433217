using System.Globalization;
using Spectre.Console;

namespace OrleansBatch.Bench.Report;

// Prints the figures for people.
internal static class FigureTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<Figure> figures)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("scenario", "case", "measure", "median", "runs", "reference", "ratio", "bar", "met");
        foreach (var f in figures)
        {
            table.AddRow(
                Markup.Escape(f.Scenario), Markup.Escape(f.Case), Markup.Escape($"{f.Measure}, {f.Unit}"), Number(f.Median),
                string.Join(" ", f.Runs.Select(Number)), f.Reference is { } r ? Markup.Escape($"{Number(r.Median)} {r.Name}") : "",
                f.Ratio is { } ratio ? ratio.ToString("0.###", CultureInfo.InvariantCulture) : "", Markup.Escape(f.Bar ?? ""),
                f.Met switch { true => "[green]yes[/]", false => "[red]NO[/]", null => "" });
        }

        console.Write(table);
        foreach (var f in figures.Where(f => f.Note is not null))
        {
            console.WriteLine($"{f.Scenario} {f.Case}, {f.Measure}: {f.Note}");
        }
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "#,0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
