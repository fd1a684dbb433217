using OrleansBatch.Grains.Diagnostics;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// The console on which verbs write for people. Text from outside (schema ids, paths, errors) is escaped, so that it steers no terminal.
internal static class Terminal
{
    // A file or a pipe has no width, and the console would take that of the smallest terminal.
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
