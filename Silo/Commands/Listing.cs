using OrleansBatch.Grains.Diagnostics;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// Rows for people: a table where the terminal is wide enough, else a few lines for each row.
// No column is ever squeezed, because an id that is broken over two lines can't be copied.
internal sealed class Listing(params ListingColumn[] columns)
{
    // The width that keeps a wrapping column readable beside others.
    private const int WrappedWidth = 40;
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(c => ControlCharacters.Escape(c))]);

    public void Write() => Write(Terminal.Out);

    public void Write(IAnsiConsole console)
    {
        var shown = Enumerable.Range(0, columns.Length).Where(i => _rows.Any(r => r[i].Length > 0)).ToArray();
        if (shown.Sum(i => NeededWidth(i) + 2) + 1 <= console.Profile.Width)
        {
            WriteTable(console, shown);
        }
        else
        {
            WriteLines(console, shown);
        }
    }

    private int NeededWidth(int column)
    {
        var widest = _rows.Max(r => LineWrap.Width(r[column]));
        return Math.Max(LineWrap.Width(columns[column].Name), columns[column].Wraps ? Math.Min(widest, WrappedWidth) : widest);
    }

    private void WriteTable(IAnsiConsole console, int[] shown)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var i in shown)
        {
            table.AddColumn(new TableColumn(new Text(columns[i].Name)) { NoWrap = !columns[i].Wraps }.PadLeft(0).PadRight(1));
        }

        foreach (var row in _rows)
        {
            table.AddRow(shown.Select(i => new Text(row[i])));
        }

        console.Write(table);
    }

    // Short values stand beside one another, each whole. Long values stand below them.
    private void WriteLines(IAnsiConsole console, int[] shown)
    {
        var width = console.Profile.Width - 1;
        foreach (var row in _rows)
        {
            var line = string.Empty;
            foreach (var i in shown.Where(i => !columns[i].Wraps && row[i].Length > 0))
            {
                var field = columns[i].Name.Length == 0 || (i == 0 && !IsNumber(row[i])) ? row[i] : $"{columns[i].Name} {row[i]}";
                if (line.Length > 0 && LineWrap.Width(line) + Gap.Length + LineWrap.Width(field) > width)
                {
                    WriteWrapped(console, line, width);
                    line = string.Empty;
                }

                line = line.Length > 0 ? line + Gap + field : i == 0 ? field : Gap + field;
            }

            WriteWrapped(console, line, width);
            foreach (var i in shown.Where(i => columns[i].Wraps && row[i].Length > 0))
            {
                WriteWrapped(console, $"{Gap}{columns[i].Name}: {row[i]}", width);
            }
        }
    }

    // A value is whole where it fits. A broken value goes on in the column where it began.
    private static void WriteWrapped(IAnsiConsole console, string line, int width)
    {
        var writer = console.Profile.Out.Writer;
        if (LineWrap.Width(line) <= width)
        {
            writer.WriteLine(line);
            return;
        }

        var indent = line.StartsWith(Gap, StringComparison.Ordinal) ? Gap : string.Empty;
        foreach (var wrapped in LineWrap.Lines(line, width - indent.Length))
        {
            writer.WriteLine(indent + wrapped);
        }
    }

    // A number alone says nothing at the start of a line.
    private static bool IsNumber(string value) => value.All(char.IsAsciiDigit);
}
