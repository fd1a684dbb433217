using System.Buffers.Binary;

namespace OrleansBatch.Sinks.Input.Footer;

// The length of the footer stands before the last four bytes of the file.
internal static class FooterReader
{
    // The length and the magic at the end, and the magic at the beginning.
    private const int Tail = 8;
    private const int Head = 4;

    // A footer of a hundred thousand chunks has a tenth of this size.
    private const int MostBytes = 256 * 1024 * 1024;

    public static FileFooter Read(SourceFile file)
    {
        Span<byte> tail = stackalloc byte[Tail];
        file.Read(tail, file.Length - Tail);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (length == 0 || length > file.Length - Tail - Head)
        {
            throw new FooterException("the length of its footer is wrong");
        }

        if (length > MostBytes)
        {
            throw new FooterException($"its footer has {length} bytes, more than the {MostBytes} that are read");
        }

        var bytes = new byte[length];
        return file.Read(bytes, file.Length - Tail - length) == bytes.Length
            ? FileFooter.Read(bytes) with { Position = file.Length - Tail - length }
            : throw new FooterException("its footer ends too early");
    }
}
