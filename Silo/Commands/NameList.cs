using System.CommandLine.Parsing;
using System.Text;

namespace OrleansBatch.Silo.Commands;

// Names in one value, separated by commas. A name that has a comma itself stands in double quotes, as in a CSV file.
internal static class NameList
{
    // The names of all occurrences of an option. A value that can't be read becomes an error of the command line.
    public static string[] Parse(ArgumentResult result)
    {
        var names = new List<string>();
        foreach (var token in result.Tokens)
        {
            if (TrySplit(token.Value) is not { } some)
            {
                result.AddError(
                    $"\"{token.Value}\" is no list of names: separate them with commas, and write one that has a comma as '\"a,b\"'.");
                return [];
            }

            names.AddRange(some);
        }

        return [.. names];
    }

    // Returns null when a name is empty or a quote is not closed.
    public static IReadOnlyList<string>? TrySplit(string text)
    {
        var names = new List<string>();
        var rest = text.AsSpan();
        while (true)
        {
            rest = rest.TrimStart();
            var (name, length) = rest is ['"', ..] ? Quoted(rest) : Plain(rest);
            if (string.IsNullOrWhiteSpace(name))
            {
                return null;
            }

            names.Add(name);
            rest = rest[length..].TrimStart();
            if (rest.IsEmpty)
            {
                return names;
            }

            if (rest[0] != ',')
            {
                return null;
            }

            rest = rest[1..];
        }
    }

    private static (string Name, int Length) Plain(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(',') is var comma and >= 0 ? comma : text.Length;
        return (text[..end].TrimEnd().ToString(), end);
    }

    // A quote inside is doubled.
    private static (string? Name, int Length) Quoted(ReadOnlySpan<char> text)
    {
        var name = new StringBuilder();
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                name.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                name.Append('"');
                at++;
            }
            else
            {
                return (name.ToString(), at + 1);
            }
        }

        return (null, text.Length);
    }
}
