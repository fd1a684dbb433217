using System.Buffers.Binary;

using OrleansBatch.Sinks.DeltaLog.Trouble;

using Roaring.Net.CRoaring;

namespace OrleansBatch.Sinks.DeltaLog.Vectors;

// A vector as bytes: a magic number, and the portable form of a bitmap of 64 bits. The library's normal form is another, and throws.
// https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vector-format
internal static class VectorBytes
{
    private const uint Magic = 1681511377;
    private const int MagicLength = sizeof(uint);

    public static byte[] Write(MarkedRows rows)
    {
        rows.Bits.Optimize();
        var bitmap = rows.Bits.Serialize(SerializationFormat.Portable);
        var bytes = new byte[MagicLength + bitmap.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        bitmap.CopyTo(bytes, MagicLength);
        return bytes;
    }

    // The bounds are those that the log names. A vector that breaks them would mark other rows than its writer meant.
    public static MarkedRows Read(ReadOnlySpan<byte> bytes, long cardinality, long? rowsOfFile)
    {
        if (bytes.Length < MagicLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new BadLogText("its bytes do not begin as those of a deletion vector do");
        }

        var rows = new MarkedRows(Parse(bytes[MagicLength..]));
        var wrong = rows.Count != cardinality ? $"the log says {cardinality} rows, and {rows.Count} are marked"
            : rows.Bits.Max is { } last && last >= (ulong)(rowsOfFile ?? long.MaxValue)
                ? $"the file has {rowsOfFile} rows, and none at {last}"
                : null;
        if (wrong is null)
        {
            return rows;
        }

        rows.Dispose();
        throw new BadLogText(wrong);
    }

    private static Roaring64Bitmap Parse(ReadOnlySpan<byte> bitmap)
    {
        var bits = Deserialize(bitmap);
        if (bits.IsValid())
        {
            return bits;
        }

        bits.Dispose();
        throw new BadLogText("its bitmap is damaged");
    }

    private static Roaring64Bitmap Deserialize(ReadOnlySpan<byte> bitmap)
    {
        try
        {
            return Roaring64Bitmap.Deserialize(bitmap, SerializationFormat.Portable);
        }
        catch (InvalidOperationException)
        {
            throw new BadLogText("its bitmap is damaged");
        }
    }
}
