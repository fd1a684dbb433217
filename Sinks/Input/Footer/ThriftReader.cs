using System.Text;

namespace OrleansBatch.Sinks.Input.Footer;

// Reads Thrift's compact protocol, in which Parquet's footer and page headers are written. The bytes come from strangers:
// - nothing is allocated by a count that the bytes claim;
// - every count is held against the bytes that are left;
// - nesting is bounded.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MostLevels = 64;
    private const int LongestVarint = 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _level;

    public int Position { get; private set; }

    public T ReadStruct<T>(ThriftType type, T empty, FieldReader<T> readField)
    {
        Require(type == ThriftType.Struct, type);
        Deepen();
        var read = empty;
        var id = 0;
        while (TryReadField(ref id, out var field))
        {
            read = readField(read, id, ref this, field);
        }

        _level--;
        return read;
    }

    // Each element takes at least a byte, so a larger count is refused.
    public List<T> ReadList<T>(ThriftType type, ElementReader<T> readElement)
    {
        var list = new List<T>();
        for (var left = ReadListHeader(type, out var element); left > 0; left--)
        {
            list.Add(readElement(ref this, element));
        }

        return list;
    }

    // For a field that nobody asks for: what was read stays as it is.
    public T PassOver<T>(ThriftType type, T read)
    {
        Skip(type);
        return read;
    }

    public static bool ReadBool(ThriftType type) => type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw Unexpected(type),
    };

    public int ReadInt32(ThriftType type)
    {
        Require(type is ThriftType.Int16 or ThriftType.Int32, type);
        return ReadZigZag() is >= int.MinValue and <= int.MaxValue and var value
            ? (int)value
            : throw new FooterException("a number is beyond 32 bits");
    }

    public long ReadInt64(ThriftType type)
    {
        Require(type == ThriftType.Int64, type);
        return ReadZigZag();
    }

    public sbyte ReadSByte(ThriftType type)
    {
        Require(type == ThriftType.Byte, type);
        return (sbyte)ReadByte();
    }

    // Bytes that are no UTF-8 become U+FFFD.
    public string ReadText(ThriftType type)
    {
        Require(type == ThriftType.Binary, type);
        return Encoding.UTF8.GetString(Take(ReadVarint()));
    }

    // Ids count on from the field before, so the caller keeps the last id, from 0 in each struct.
    private bool TryReadField(ref int id, out ThriftType type)
    {
        var head = ReadByte();
        type = TypeOf(head & 0x0F);
        if (type == ThriftType.Stop)
        {
            return false;
        }

        id = head >> 4 is not 0 and var step ? id + step : (short)ReadZigZag();
        return true;
    }

    private int ReadListHeader(ThriftType type, out ThriftType element)
    {
        Require(type is ThriftType.List or ThriftType.Set, type);
        var head = ReadByte();
        element = TypeOf(head & 0x0F);
        var count = head >> 4 is var few and < 15 ? (ulong)few : ReadVarint();
        return count <= (ulong)(_bytes.Length - Position) ? (int)count : throw Truncated();
    }

    private void Skip(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Take(sizeof(double));
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.Binary:
                Take(ReadVarint());
                break;
            case ThriftType.List or ThriftType.Set:
                SkipElements(ReadListHeader(type, out var element), element);
                break;
            case ThriftType.Map:
                SkipMap();
                break;
            default:
                SkipStruct();
                break;
        }
    }

    private void SkipStruct()
    {
        Deepen();
        var id = 0;
        while (TryReadField(ref id, out var type))
        {
            Skip(type);
        }

        _level--;
    }

    private void SkipElements(int count, ThriftType type)
    {
        Deepen();
        for (var i = 0; i < count; i++)
        {
            SkipElement(type);
        }

        _level--;
    }

    private void SkipMap()
    {
        var count = ReadVarint();
        if (count == 0)
        {
            return;
        }

        if (count > (ulong)(_bytes.Length - Position))
        {
            throw Truncated();
        }

        var types = ReadByte();
        Deepen();
        for (var i = 0UL; i < count; i++)
        {
            SkipElement(TypeOf(types >> 4));
            SkipElement(TypeOf(types & 0x0F));
        }

        _level--;
    }

    // In a list or a map a boolean is a byte of its own, unlike in a struct.
    private void SkipElement(ThriftType type) => Skip(type is ThriftType.True or ThriftType.False ? ThriftType.Byte : type);

    private void Deepen()
    {
        if (++_level > MostLevels)
        {
            throw new FooterException($"it is nested more than {MostLevels} levels deep");
        }
    }

    private long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var i = 0; i < LongestVarint; i++)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new FooterException("a number is longer than ten bytes");
    }

    private byte ReadByte() => Position < _bytes.Length ? _bytes[Position++] : throw Truncated();

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - Position))
        {
            throw Truncated();
        }

        var taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    private static ThriftType TypeOf(int code) =>
        code <= (int)ThriftType.Uuid ? (ThriftType)code : throw new FooterException($"there is no type {code}");

    private static void Require(bool holds, ThriftType type)
    {
        if (!holds)
        {
            throw Unexpected(type);
        }
    }

    private static FooterException Unexpected(ThriftType type) => new($"a field has the unexpected type {type}");

    private static FooterException Truncated() => new("it ends too early") { IsTruncated = true };
}
