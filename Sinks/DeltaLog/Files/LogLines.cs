namespace OrleansBatch.Sinks.DeltaLog.Files;

// The lines of a commit. The memory of a line is valid until the next one is asked for.
internal static class LogLines
{
    public static IEnumerable<ReadOnlyMemory<byte>> Of(byte[] bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            var end = length < 0 ? bytes.Length : start + length;
            if (!IsBlank(bytes.AsSpan(start, end - start)))
            {
                yield return bytes.AsMemory(start, end - start);
            }

            start = end + 1;
        }
    }

    // Memory for the longest line only: a commit that replaces a large table is long.
    public static IEnumerable<ReadOnlyMemory<byte>> Of(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        var (start, filled) = (0, 0);
        while (true)
        {
            var length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                if (!IsBlank(buffer.AsSpan(start, length)))
                {
                    yield return buffer.AsMemory(start, length);
                }

                start += length + 1;
                continue;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        if (!IsBlank(buffer.AsSpan(0, filled)))
        {
            yield return buffer.AsMemory(0, filled);
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;
}
