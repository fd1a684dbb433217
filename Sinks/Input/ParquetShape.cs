using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Input;

// Tells the common ways in which a file can be wrong apart before DuckDB sees it, so that each gets a sentence of its own. A pipe or a
// device has no length and is refused unopened: opening one could block for ever.
internal static class ParquetShape
{
    // Magic, an empty footer's length, magic.
    private const int Least = 12;
    private const int MagicLength = 4;

    public static long Check(string named, string path)
    {
        if (!ParquetSource.CanBeSpelled(path))
        {
            throw new PermanentBatchException($"{named} can't be read: its path has a backslash together with [, * or ?; rename it.");
        }

        if (Directory.Exists(path))
        {
            throw new PermanentBatchException($"{named} is a directory; name one Parquet file.");
        }

        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new PermanentBatchException($"{named} does not exist; put the file there and enqueue it as a new run.");
        }

        if (file.Length == 0)
        {
            throw new PermanentBatchException($"{named} is empty, not a Parquet file; {BadFile.WriteAgain}.");
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = stream.Length;
        if (length < Least || !HasMagic(stream, 0))
        {
            throw new PermanentBatchException($"{named} is not a Parquet file: it does not begin with PAR1; {BadFile.WriteAgain}.");
        }

        if (!HasMagic(stream, length - MagicLength))
        {
            throw new PermanentBatchException($"{named} is truncated: it does not end with Parquet's footer; {BadFile.WriteAgain}.");
        }

        return length;
    }

    private static bool HasMagic(FileStream stream, long position)
    {
        Span<byte> magic = stackalloc byte[MagicLength];
        stream.Position = position;
        return stream.ReadAtLeast(magic, MagicLength, throwOnEndOfStream: false) == MagicLength && magic.SequenceEqual("PAR1"u8);
    }
}
