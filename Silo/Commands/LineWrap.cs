using System.Text;
using Spectre.Console.Rendering;

namespace OrleansBatch.Silo.Commands;

// Breaks text into lines that fit a terminal: between words, or within a word that is longer than a line.
internal static class LineWrap
{
    public static int Width(string text) => new Segment(text).CellCount();

    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(w => Pieces(w, width)))
        {
            var needed = Width(word);
            if (used > 0 && used + 1 + needed > width)
            {
                yield return line.ToString();
                line.Clear();
                used = 0;
            }

            if (used > 0)
            {
                line.Append(' ');
                used++;
            }

            line.Append(word);
            used += needed;
        }

        if (used > 0)
        {
            yield return line.ToString();
        }
    }

    private static IEnumerable<string> Pieces(string word, int width)
    {
        var piece = new StringBuilder();
        var used = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            var next = rune.ToString();
            var needed = Width(next);
            if (used > 0 && used + needed > width)
            {
                yield return piece.ToString();
                piece.Clear();
                used = 0;
            }

            piece.Append(next);
            used += needed;
        }

        yield return piece.ToString();
    }
}
