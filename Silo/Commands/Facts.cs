using OrleansBatch.Grains.Diagnostics;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// Names and values for people, one below the other. A long value goes on below itself.
internal sealed class Facts
{
    private readonly List<(string Name, string Value)> _facts = [];

    public void Add(string name, string value) => _facts.Add((name, ControlCharacters.Escape(value)));

    public void Write(IAnsiConsole console)
    {
        var indent = _facts.Max(f => f.Name.Length) + 2;
        foreach (var (name, value) in _facts)
        {
            var start = name.PadRight(indent);
            foreach (var line in LineWrap.Lines(value, Math.Max(console.Profile.Width - 1 - indent, 20)))
            {
                console.Profile.Out.Writer.WriteLine(start + line);
                start = new string(' ', indent);
            }
        }
    }
}
