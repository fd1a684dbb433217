namespace OrleansBatch.Sinks.Input.Footer;

// The header before the bytes of a page.
internal sealed record PageHeader
{
    public PageKind Kind { get; init; }

    public int UncompressedBytes { get; init; }

    public int CompressedBytes { get; init; }

    public int? Crc { get; init; }

    public int Values { get; init; }

    public PageEncoding Encoding { get; init; }

    // Levels of a page of the second version are always RLE.
    public PageEncoding DefinitionEncoding { get; init; } = PageEncoding.Rle;

    public PageEncoding RepetitionEncoding { get; init; } = PageEncoding.Rle;

    public static PageHeader Read(ref ThriftReader reader) =>
        reader.ReadStruct(ThriftType.Struct, new PageHeader(), static (read, id, ref r, field) => id switch
        {
            1 => read with { Kind = (PageKind)r.ReadInt32(field) },
            2 => read with { UncompressedBytes = r.ReadInt32(field) },
            3 => read with { CompressedBytes = r.ReadInt32(field) },
            4 => read with { Crc = r.ReadInt32(field) },
            5 => r.ReadStruct(field, read, ReadData),
            7 => r.ReadStruct(field, read, ReadDictionary),
            8 => r.ReadStruct(field, read, ReadSecondData),
            _ => r.PassOver(field, read),
        });

    private static PageHeader ReadData(PageHeader read, int id, ref ThriftReader reader, ThriftType field) => id switch
    {
        1 => read with { Values = reader.ReadInt32(field) },
        2 => read with { Encoding = (PageEncoding)reader.ReadInt32(field) },
        3 => read with { DefinitionEncoding = (PageEncoding)reader.ReadInt32(field) },
        4 => read with { RepetitionEncoding = (PageEncoding)reader.ReadInt32(field) },
        _ => reader.PassOver(field, read),
    };

    private static PageHeader ReadDictionary(PageHeader read, int id, ref ThriftReader reader, ThriftType field) => id switch
    {
        1 => read with { Values = reader.ReadInt32(field) },
        2 => read with { Encoding = (PageEncoding)reader.ReadInt32(field) },
        _ => reader.PassOver(field, read),
    };

    // Data of the second version has two more counts before its encoding.
    private static PageHeader ReadSecondData(PageHeader read, int id, ref ThriftReader reader, ThriftType field) => id switch
    {
        1 => read with { Values = reader.ReadInt32(field) },
        4 => read with { Encoding = (PageEncoding)reader.ReadInt32(field) },
        _ => reader.PassOver(field, read),
    };
}
