using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;
using Spectre.Console;

namespace OrleansBatch.Silo.Demo;

// Queries the lake that was just loaded, and shows that all rows are there.
internal static class LakeReport
{
    public static void Write(IAnsiConsole console, string lake, IReadOnlyCollection<GroupKey> groups)
    {
        var files = new Lake(lake).ListFiles().Where(f => groups.Contains(f.Group)).ToList();
        var chart = new BarChart().Width(72).Label("[bold]Rows in the lake, by group[/]").LeftAlignLabel();
        var colors = new[] { Color.Teal, Color.SteelBlue, Color.Olive, Color.Purple };
        foreach (var file in files)
        {
            chart.AddItem(Markup.Escape($"{file.Group}"), file.Rows ?? 0, colors[(int)(file.Group.TeamId % colors.Length)]);
        }

        console.Write(chart);
        console.MarkupLineInterpolated($"{files.Sum(f => f.Rows ?? 0):N0} rows in {files.Count} groups.");
        console.MarkupLineInterpolated($"The files are in [bold]{Path.GetFullPath(lake)}[/], one DuckDB database per group, for example");
        if (files.Count > 0)
        {
            console.WriteLine($"  {files[0].Path}   SELECT * FROM \"{files[0].Group.SchemaId}\"");
        }
    }
}
