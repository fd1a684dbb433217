using System.Text;

namespace OrleansBatch.Grains.Queue;

/// <summary>Makes any text storable: a column of Postgres takes no NUL and no half of a surrogate pair, and needs no novel.</summary>
internal static class StorableText
{
    private const int MaxLength = 2000;

    public static string Of(string text)
    {
        var storable = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (storable.Length + rune.Utf16SequenceLength > MaxLength)
            {
                break;
            }

            if (rune.Value != 0)
            {
                storable.Append(rune.ToString());
            }
        }

        return storable.ToString();
    }
}
