using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Commands;

// One sentence about the fault in a command line, with the name that was probably meant.
internal static class UsageError
{
    // Returns null when the command line has no fault.
    public static string? Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var verb, ..] && !verb.StartsWith('-'))
        {
            return $"There is no verb \"{Shown(verb)}\"{Suggest(verb, command.Subcommands.Select(c => c.Name))}";
        }

        if (UnknownOption(parsed) is { } option)
        {
            return $"There is no option \"{Shown(option)}\"{Suggest(option, OptionsOf(parsed))}";
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        return parsed.UnmatchedTokens is not [var unknown, ..] ? ControlCharacters.Escape(parsed.Errors[0].Message)
            : $"\"{Shown(unknown)}\" is one value too many for \"{command.Name}\": an option takes one value each time it is given.";
    }

    // The parser takes an unknown option for a value where the verb has room for one. Only after "--" is that right.
    private static string? UnknownOption(ParseResult parsed)
    {
        if (parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash))
        {
            return null;
        }

        var values = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);
        return parsed.UnmatchedTokens.Concat(values)
            .Where(v => v.Length > 2 && v.StartsWith("--", StringComparison.Ordinal))
            .Select(v => v.Split('=', ':')[0])
            .FirstOrDefault();
    }

    private static IEnumerable<string> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive)).Select(o => o.Name);

    private static string Suggest(string mistyped, IEnumerable<string> known) =>
        Spelling.Closest(mistyped, known) is { } closest ? $": did you mean \"{closest}\"?" : ".";

    private static string Shown(string text) => ControlCharacters.Escape(text);
}
