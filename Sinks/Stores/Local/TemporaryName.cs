namespace OrleansBatch.Sinks.Stores.Local;

// The name of a file until it is whole. Lists skip such names, and take away what a killed process has left.
internal static class TemporaryName
{
    private const string Ending = ".tmp";

    // No write of a small object takes that long.
    private static readonly TimeSpan _oldest = TimeSpan.FromDays(1);

    public static string Beside(string path) => Path.Join(Path.GetDirectoryName(path), $".{Guid.NewGuid():N}{Ending}");

    public static void RemoveIfLeft(string path, DateTimeOffset now)
    {
        var name = Path.GetFileName(path.AsSpan());
        if (name is not ['.', .. var middle] || !middle.EndsWith(Ending, StringComparison.Ordinal)
            || !Guid.TryParseExact(middle[..^Ending.Length], "N", out _))
        {
            return;
        }

        try
        {
            if (now - new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero) > _oldest)
            {
                File.Delete(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whoever only reads may not delete, and somebody else may have deleted the file.
        }
    }
}
