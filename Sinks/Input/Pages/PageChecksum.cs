using System.Buffers;
using System.IO.Hashing;

using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Pages;

// Compares a page with the CRC-32 in its header, which covers the bytes as they are stored.
internal static class PageChecksum
{
    private const int Piece = 256 * 1024;

    public static bool Holds(SourceFile file, PageHeader page, long position)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(Piece, Math.Max(1, page.CompressedBytes)));
        try
        {
            var crc = new Crc32();
            for (var left = page.CompressedBytes; left > 0;)
            {
                var read = file.Read(buffer.AsSpan(0, Math.Min(left, buffer.Length)), position);
                if (read == 0)
                {
                    return false;
                }

                crc.Append(buffer.AsSpan(0, read));
                position += read;
                left -= read;
            }

            return (int)crc.GetCurrentHashAsUInt32() == page.Crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
