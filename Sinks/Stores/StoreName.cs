using System.Text;

namespace OrleansBatch.Sinks.Stores;

// The rules for an object's name. A name that keeps them stays inside of its store, whatever the store is made of.
// A part that begins with a dot is never an object: unfinished files and other programs' notes have such names.
internal static class StoreName
{
    // File systems take 255 bytes for a part. S3 takes 1,024 for a whole name, of which some are left for the prefix.
    private const int LongestPart = 255;
    private const int LongestName = 800;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Fault(name) is { } fault
            ? throw new StoreException($"The name {Shown(name)} is not one for an object: {fault}.", StoreTrouble.Other)
            : name;
    }

    // The beginning of names may end within a part.
    public static string CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0)
        {
            Check(prefix.EndsWith('/') ? prefix[..^1] : prefix);
        }

        return prefix;
    }

    public static bool IsHidden(string name) => name.StartsWith('.') || name.Contains("/.", StringComparison.Ordinal);

    public static string Join(string above, string name) => above.Length == 0 ? name : $"{above}/{name}";

    private static string? Fault(string name)
    {
        if (name.Any(letter => char.IsControl(letter) || letter == '\\'))
        {
            return "it has a control character or a backslash";
        }

        if (LengthOf(name) is not { } length)
        {
            return "it is not valid Unicode";
        }

        var parts = name.Split('/');
        return parts.Contains(string.Empty) ? "it is empty, absolute, or has an empty part"
            : parts.Any(part => part.StartsWith('.')) ? "a part of it begins with a dot"
            : length > LongestName || parts.Any(part => LengthOf(part) > LongestPart) ? "it is too long"
            : null;
    }

    private static int? LengthOf(string text)
    {
        try
        {
            return _strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    private static string Shown(string name) =>
        $"\"{string.Concat(name.Take(100).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter))}\"";
}
