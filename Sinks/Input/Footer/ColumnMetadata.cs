namespace OrleansBatch.Sinks.Input.Footer;

// Reads a footer's metadata of a column chunk into its record. The format has a struct of its own for it, used only there.
internal static class ColumnMetadata
{
    private const int NullCountField = 3;

    public static ColumnChunk Read(ColumnChunk chunk, ref ThriftReader reader, ThriftType type)
    {
        var read = chunk;
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            switch (id)
            {
                case 1:
                    read = read with { Physical = (PhysicalType)reader.ReadInt32(field) };
                    break;
                case 2:
                    read = read with { Encodings = ReadEncodings(ref reader, field) };
                    break;
                case 4:
                    read = read with { Codec = (Codec)reader.ReadInt32(field) };
                    break;
                case 5:
                    read = read with { Values = reader.ReadInt64(field) };
                    break;
                case 6:
                    read = read with { UncompressedBytes = reader.ReadInt64(field) };
                    break;
                case 7:
                    read = read with { CompressedBytes = reader.ReadInt64(field) };
                    break;
                case 9:
                    read = read with { DataPageOffset = reader.ReadInt64(field) };
                    break;
                case 11:
                    read = read with { DictionaryPageOffset = reader.ReadInt64(field) };
                    break;
                case 12:
                    read = read with { Nulls = ReadNulls(ref reader, field) };
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        reader.Leave();
        return read;
    }

    private static PageEncoding[] ReadEncodings(ref ThriftReader reader, ThriftType type)
    {
        var encodings = new PageEncoding[reader.ReadListHeader(type, out var element)];
        for (var i = 0; i < encodings.Length; i++)
        {
            encodings[i] = (PageEncoding)reader.ReadInt32(element);
        }

        return encodings;
    }

    private static long? ReadNulls(ref ThriftReader reader, ThriftType type)
    {
        long? nulls = null;
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            if (id == NullCountField)
            {
                nulls = reader.ReadInt64(field);
            }
            else
            {
                reader.Skip(field);
            }
        }

        reader.Leave();
        return nulls;
    }
}
