using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Vectors;

// A file of vectors: a version, then of each vector its size, its bytes and a checksum of these.
// https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vector-file-storage-format
internal static class VectorFileLayout
{
    public const byte Version = 1;

    // Before a vector's bytes, and behind them.
    private const int Around = sizeof(int);

    public static (byte[] File, IReadOnlyList<int> Offsets) Write(IReadOnlyList<byte[]> vectors)
    {
        var file = new ArrayBufferWriter<byte>(vectors.Sum(v => v.Length + (2 * Around)) + 1);
        var offsets = new List<int>(vectors.Count);
        file.Write([Version]);
        foreach (var vector in vectors)
        {
            offsets.Add(file.WrittenCount);
            Write(file, (uint)vector.Length);
            file.Write(vector);
            Write(file, Crc32.HashToUInt32(vector));
        }

        return (file.WrittenSpan.ToArray(), offsets);
    }

    public static int LengthAround(int size) => size is >= 0 and < int.MaxValue - (2 * Around)
        ? size + (2 * Around)
        : throw new BadLogText($"{size} bytes are no size");

    // Takes a vector's bytes out of what surrounds them.
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> around)
    {
        var vector = around[Around..^Around];
        return BinaryPrimitives.ReadUInt32BigEndian(around) != vector.Length
            ? throw new BadLogText($"the log says {vector.Length} bytes, and {BinaryPrimitives.ReadUInt32BigEndian(around)} stand there")
            : BinaryPrimitives.ReadUInt32BigEndian(around[^Around..]) != Crc32.HashToUInt32(vector)
                ? throw new BadLogText("its checksum is another")
                : vector;
    }

    private static void Write(ArrayBufferWriter<byte> file, uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(file.GetSpan(Around), number);
        file.Advance(Around);
    }
}
