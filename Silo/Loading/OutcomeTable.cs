using OrleansBatch.Grains.Diagnostics;
using Spectre.Console;

namespace OrleansBatch.Silo.Loading;

// The outcomes of runs, a line per run and sink.
internal static class OutcomeTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<RunOutcome> outcomes)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("group").PadLeft(0).PadRight(1));
        foreach (var name in new[] { "sink", "state", "batches", "rows", "seconds", "rows/s" })
        {
            table.AddColumn(new TableColumn(name).NoWrap().PadLeft(0).PadRight(1));
        }

        foreach (var outcome in outcomes)
        {
            foreach (var sink in outcome.Sinks)
            {
                table.AddRow(
                    Markup.Escape(Shown($"{outcome.Run.Group}")), Markup.Escape(Shown(sink.Sink)),
                    sink.State == "succeeded" ? "[green]succeeded[/]" : $"[red]{sink.State}[/]",
                    $"{sink.Applied:N0}/{outcome.Run.Batches:N0}", $"{sink.Rows:N0}", $"{sink.Seconds:N1}",
                    $"{sink.Rows / Math.Max(sink.Seconds, 0.001):N0}");
            }
        }

        console.Write(table);
    }

    // One sentence for each run that did not succeed.
    public static void WriteErrors(TextWriter error, IReadOnlyList<RunOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            foreach (var sink in outcome.Sinks.Where(s => s.State != "succeeded"))
            {
                error.WriteLine(Shown(
                    $"Run {outcome.Run.RunId} of group {outcome.Run.Group} {sink.State} in sink {sink.Sink}: "
                    + (sink.FirstError ?? $"\"orleansbatch show {outcome.Run.RunId}\" says more")));
            }
        }
    }

    private static string Shown(string text) => ControlCharacters.Escape(text);
}
