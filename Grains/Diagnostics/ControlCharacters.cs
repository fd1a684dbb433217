using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// Shows text from outside (schema ids, paths, names, errors) without the characters that steer a terminal or begin another line of a log.
/// </summary>
public static class ControlCharacters
{
    // C0 and C1 with DEL, the separators that some programs take for a new line, and the marks that turn the direction of writing.
    private static readonly SearchValues<char> _steering = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat([0x200e, 0x200f, 0x2028, 0x2029])
            .Concat(Enumerable.Range(0x202a, 5)).Concat(Enumerable.Range(0x2066, 4)).Select(c => (char)c)));

    /// <summary>Writes each control character of the text, a new line too, as its escape: <c>\n</c>, <c>\t</c>, <c>\u001b</c>.</summary>
    /// <param name="text">The text; null is shown as empty.</param>
    /// <returns>The text itself when there is nothing to escape.</returns>
    public static string Escape(string? text)
    {
        if (text is null || text.AsSpan().IndexOfAny(_steering) < 0)
        {
            return text ?? string.Empty;
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => shown.Append("\\n"),
                '\r' => shown.Append("\\r"),
                '\t' => shown.Append("\\t"),
                _ when _steering.Contains(c) => shown.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => shown.Append(c),
            };
        }

        return shown.ToString();
    }
}
