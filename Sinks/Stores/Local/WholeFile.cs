namespace OrleansBatch.Sinks.Stores.Local;

// Writes a small object: the bytes are durable before they have their name, and the name is durable when the call returns.
internal static class WholeFile
{
    // Returns what the placing of the name said.
    public static bool Write(string path, ReadOnlySpan<byte> content, FileAccessModes modes, Func<string, string, bool> place)
    {
        var temporary = TemporaryName.Beside(path);
        var placed = false;
        try
        {
            using (var file = FileAccessModes.NewFile(temporary))
            {
                file.Write(content);
                modes.Apply(file.SafeFileHandle);
                file.Flush(flushToDisk: true);
            }

            placed = place(temporary, path);
        }
        finally
        {
            TryDelete(temporary);
        }

        if (placed)
        {
            UnixCall.SyncDirectory(Path.GetDirectoryName(path)!);
        }

        return placed;
    }

    private static void TryDelete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The object is there or not by now. A list takes the rest away in a day.
        }
    }
}
