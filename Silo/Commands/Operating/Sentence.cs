namespace OrleansBatch.Silo.Commands.Operating;

internal static class Sentence
{
    public static string Of(object subject) => $"{subject}" is { Length: > 0 } text ? char.ToUpperInvariant(text[0]) + text[1..] : "";
}
