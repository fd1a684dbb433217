using OrleansBatch.Grains.Diagnostics;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// Where verbs write for people. What comes from outside (schema ids, paths, errors) steers no terminal: it is shown escaped.
internal static class Terminal
{
    // A file or a pipe has no width, and would get that of the smallest terminal.
    private const int RedirectedWidth = 200;

    public static IAnsiConsole Out
    {
        get
        {
            if (Console.IsOutputRedirected)
            {
                AnsiConsole.Profile.Width = RedirectedWidth;
            }

            return AnsiConsole.Console;
        }
    }

    public static void WriteLine(string line) => Console.WriteLine(ControlCharacters.Escape(line));
}
