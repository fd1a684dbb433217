namespace OrleansBatch.Sinks.Input.Types;

// A piece of a type's spelling: a word or number, a name in double quotes, a text in single quotes, or a mark. The text is unquoted.
internal readonly record struct TypeToken(TypeTokenKind Kind, string Text)
{
    private static readonly TypeToken _end = new(TypeTokenKind.End, string.Empty);

    public static List<TypeToken> Split(string spelling)
    {
        var tokens = new List<TypeToken>();
        var at = 0;
        while (at < spelling.Length)
        {
            if (char.IsWhiteSpace(spelling[at]))
            {
                at++;
                continue;
            }

            tokens.Add(Next(spelling, ref at));
        }

        tokens.Add(_end);
        return tokens;
    }

    private static TypeToken Next(string text, ref int at) => text[at] switch
    {
        '"' => new TypeToken(TypeTokenKind.Name, Unquote(text, ref at)),
        '\'' => new TypeToken(TypeTokenKind.Text, Unquote(text, ref at)),
        '(' or ')' or '[' or ']' or ',' => new TypeToken(TypeTokenKind.Mark, text[at++].ToString()),
        _ => new TypeToken(TypeTokenKind.Word, Word(text, ref at)),
    };

    private static string Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or '[' or ']' or ',' or '"' or '\''))
        {
            at++;
        }

        return text[start..at];
    }

    // A quote within is written twice.
    private static string Unquote(string text, ref int at)
    {
        var quote = text[at];
        var start = ++at;
        while (at < text.Length)
        {
            if (text[at] != quote)
            {
                at++;
            }
            else if (at + 1 < text.Length && text[at + 1] == quote)
            {
                at += 2;
            }
            else
            {
                var inner = text[start..at++];
                return inner.Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
            }
        }

        throw new FormatException($"A quote is left open in the type {text}.");
    }
}
