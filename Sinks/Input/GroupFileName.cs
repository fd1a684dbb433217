using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBatch.Sinks.Input;

// The name of a schema as a file's: readable where the schema's name allows it, and never the same for two schemas.
internal static class GroupFileName
{
    // File systems allow names of 255 bytes. The rest is left for the endings of a file, its log and its spill directory.
    private const int LongestName = 200;
    private const int KeptOfLongName = 100;

    // The mark is never part of an encoded name, so a hashed name can't be taken for another schema's.
    private const char HashMark = '~';

    public static string Of(string schemaId)
    {
        var bytes = Encoding.UTF8.GetBytes(schemaId);
        var name = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            var letter = (char)value;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' || (letter == '.' && name.Length > 0))
            {
                name.Append(letter);
            }
            else
            {
                name.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return name.Length <= LongestName
            ? name.ToString()
            : $"{name.ToString(0, KeptOfLongName)}{HashMark}{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }

    // Null when the name is hashed.
    public static string? SchemaOf(string name) => name.Contains(HashMark, StringComparison.Ordinal) ? null : Uri.UnescapeDataString(name);
}
