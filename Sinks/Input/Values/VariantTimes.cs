using System.Buffers.Binary;

namespace OrleansBatch.Sinks.Input.Values;

// Finds the timestamps in nanoseconds and UTC inside of a VARIANT, which DuckDB cuts like those of a column.
// https://github.com/apache/parquet-format/blob/master/VariantEncoding.md
internal static class VariantTimes
{
    private const int Primitive = 0;
    private const int Object = 2;
    private const int Array = 3;
    private const int TimestampNanosUtc = 18;
    private const int MostLevels = 200;

    // Bytes that are no VARIANT are left to DuckDB, which refuses them.
    public static List<FineTime> In(ReadOnlySpan<byte> value)
    {
        var found = new List<FineTime>();

        // Each value takes at least a byte. A value that is referred to again and again would never end.
        var left = value.Length;
        Visit(value, 0, ref left, found);
        return found;
    }

    private static void Visit(ReadOnlySpan<byte> value, int level, ref int left, List<FineTime> found)
    {
        if (value.IsEmpty || level > MostLevels || left-- <= 0)
        {
            return;
        }

        var header = value[0] >> 2;
        var rest = value[1..];
        switch (value[0] & 0x03)
        {
            case Primitive when header == TimestampNanosUtc && rest.Length >= sizeof(long):
                found.Add(new FineTime(BinaryPrimitives.ReadInt64LittleEndian(rest), false));
                break;
            case Object:
                var idBytes = ((header >> 2) & 0x03) + 1;
                VisitAll(rest, isLarge: (header & 0x10) != 0, idBytes, (header & 0x03) + 1, level, ref left, found);
                break;
            case Array:
                VisitAll(rest, isLarge: (header & 0x04) != 0, idBytes: 0, (header & 0x03) + 1, level, ref left, found);
                break;
            default:
                break;
        }
    }

    // An object has a count, the ids of its fields' names, the values' offsets with the end, and the values.
    private static void VisitAll(
        ReadOnlySpan<byte> bytes, bool isLarge, int idBytes, int offsetBytes, int level, ref int left, List<FineTime> found)
    {
        var countBytes = isLarge ? sizeof(int) : 1;
        if (bytes.Length < countBytes)
        {
            return;
        }

        var count = Number(bytes[..countBytes]);
        var offsets = countBytes + (count * idBytes);
        var values = offsets + ((count + 1) * offsetBytes);
        for (var i = 0L; i < count && values <= bytes.Length; i++)
        {
            var begin = values + Number(bytes.Slice((int)(offsets + (i * offsetBytes)), offsetBytes));
            if (begin < bytes.Length)
            {
                Visit(bytes[(int)begin..], level + 1, ref left, found);
            }
        }
    }

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        var number = 0L;
        for (var i = 0; i < bytes.Length; i++)
        {
            number |= (long)bytes[i] << (8 * i);
        }

        return number;
    }
}
