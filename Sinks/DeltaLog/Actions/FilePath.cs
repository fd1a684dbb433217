namespace OrleansBatch.Sinks.DeltaLog.Actions;

// A path in the log is a URI: relative to the table, or absolute. Readers decode it once.
// https://github.com/delta-io/delta/blob/master/PROTOCOL.md#add-file-and-remove-file
internal static class FilePath
{
    public static string Encode(string path) =>
        string.Join('/', path.Split('/').Select(part => Uri.EscapeDataString(part).Replace("%3D", "=", StringComparison.Ordinal)));

    // A path without a percent sign stays the same string, because a table has many of them.
    public static string Decode(string uri)
    {
        var path = uri.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(uri) : uri;
        return IsLocalFile(uri) ? "/" + path["file:".Length..].TrimStart('/') : path;
    }

    public static bool IsAbsolute(string uri) => uri.StartsWith('/') || HasScheme(uri);

    public static string Key(string path, DeletionVector? vector) => vector is null ? path : $"{path}\n{vector.UniqueId}";

    // Spark writes the same file as /a, file:/a and file:///a.
    private static bool IsLocalFile(string uri) => uri.StartsWith("file:/", StringComparison.OrdinalIgnoreCase);

    private static bool HasScheme(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(uri[0])
            && uri.AsSpan(0, colon).IndexOfAnyExcept(_schemeCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> _schemeCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
}
