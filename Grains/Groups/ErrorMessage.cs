using System.Text;

namespace OrleansBatch.Grains.Groups;

/// <summary>Makes any error's text storable: a column takes no NUL and no half of a surrogate pair, and needs no novel.</summary>
internal static class ErrorMessage
{
    private const int Longest = 2000;

    public static string Of(string message)
    {
        var text = new StringBuilder();
        foreach (var rune in message.EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength > Longest)
            {
                break;
            }

            if (rune.Value != 0)
            {
                text.Append(rune.ToString());
            }
        }

        return text.ToString();
    }
}
