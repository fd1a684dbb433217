namespace OrleansBatch.Sinks.Input.Footer;

// Reads a footer's metadata of a column chunk into its record. The format has a struct of its own for it, used only there.
internal static class ColumnMetadata
{
    private const int NullCountField = 3;

    public static ColumnChunk Read(ColumnChunk chunk, ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, chunk, static (read, id, ref r, field) => id switch
        {
            1 => read with { Physical = (PhysicalType)r.ReadInt32(field) },
            2 => read with { Encodings = r.ReadList(field, static (ref e, element) => (PageEncoding)e.ReadInt32(element)) },
            4 => read with { Codec = (Codec)r.ReadInt32(field) },
            5 => read with { Values = r.ReadInt64(field) },
            6 => read with { UncompressedBytes = r.ReadInt64(field) },
            7 => read with { CompressedBytes = r.ReadInt64(field) },
            9 => read with { DataPageOffset = r.ReadInt64(field) },
            11 => read with { DictionaryPageOffset = r.ReadInt64(field) },
            12 => read with { Nulls = ReadNulls(ref r, field) },
            _ => r.PassOver(field, read),
        });

    private static long? ReadNulls(ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, (long?)null, static (nulls, id, ref r, field) =>
            id == NullCountField ? r.ReadInt64(field) : r.PassOver(field, nulls));
}
