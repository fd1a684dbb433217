using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// Tables for people. A file or a pipe has no width, and would get that of the smallest terminal.
internal static class TableOutput
{
    private const int RedirectedWidth = 200;

    public static Table Create(params IEnumerable<string> columns)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = RedirectedWidth;
        }

        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).PadLeft(0).PadRight(1));
        }

        return table;
    }

    public static void Add(this Table table, params IEnumerable<string?> cells) =>
        table.AddRow([.. cells.Select(c => new Text(c ?? string.Empty))]);

    public static void Write(this Table table) => AnsiConsole.Write(table);
}
