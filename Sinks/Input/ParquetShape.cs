using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Input;

// Tells the common faults of a file apart before its footer is read, so that each gets a sentence of its own.
// A pipe or a device has no length and is refused unopened: opening one could block for ever.
internal static class ParquetShape
{
    // The least file has the magic, an empty footer's length, and the magic again.
    private const int Least = 12;
    private const int MagicLength = 4;

    public static SourceFile Open(string named, string path)
    {
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

        var source = SourceFile.Open(named, path);
        try
        {
            Check(source);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static void Check(SourceFile file)
    {
        Span<byte> begin = stackalloc byte[MagicLength];
        Span<byte> end = stackalloc byte[MagicLength];
        if (file.Length < Least || file.Read(begin, 0) < MagicLength || !IsMagic(begin))
        {
            throw new PermanentBatchException($"{file.Named} is not a Parquet file: it does not begin with PAR1; {BadFile.WriteAgain}.");
        }

        if (file.Read(end, file.Length - MagicLength) < MagicLength || !IsMagic(end))
        {
            throw new PermanentBatchException($"{file.Named} is truncated: it does not end with Parquet's footer; {BadFile.WriteAgain}.");
        }

        if (end.SequenceEqual("PARE"u8))
        {
            throw BadFile.Encrypted(file.Named);
        }
    }

    private static bool IsMagic(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual("PAR1"u8) || bytes.SequenceEqual("PARE"u8);
}
