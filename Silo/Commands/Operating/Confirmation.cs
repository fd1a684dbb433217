using System.CommandLine;
using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Silo.Commands.Operating;

// Says what a verb would do and asks. Question and answer stay out of the output, which a script may read.
internal static class Confirmation
{
    public static Task<bool> AskAsync(ParseResult parsed, string wouldDo, CancellationToken ct) =>
        AskAsync(wouldDo, parsed.GetValue(OperatorOptions.Yes), Console.IsInputRedirected ? null : Console.In, Console.Error, ct);

    // A null terminal means that nobody can answer.
    public static async Task<bool> AskAsync(string wouldDo, bool yes, TextReader? terminal, TextWriter error, CancellationToken ct)
    {
        await error.WriteLineAsync(ControlCharacters.Escape(wouldDo));
        if (yes)
        {
            return true;
        }

        if (terminal is null)
        {
            throw new StartupException(
                "Nobody can be asked, because there is no terminal: add --yes to do it. Nothing was done.", ExitCodes.BadInput);
        }

        await error.WriteAsync("Do it? [y/N] ");
        await error.FlushAsync(ct);

        // A read from a terminal can't be cancelled.
        var answer = await Task.Run(terminal.ReadLine, CancellationToken.None).WaitAsync(ct);
        if (answer?.Trim().ToUpperInvariant() is "Y" or "YES")
        {
            return true;
        }

        await error.WriteLineAsync("Nothing was done.");
        return false;
    }
}
