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

    public static PageHeader Read(ref ThriftReader reader)
    {
        var read = new PageHeader();
        reader.Enter(ThriftType.Struct);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            switch (id)
            {
                case 1:
                    read = read with { Kind = (PageKind)reader.ReadInt32(field) };
                    break;
                case 2:
                    read = read with { UncompressedBytes = reader.ReadInt32(field) };
                    break;
                case 3:
                    read = read with { CompressedBytes = reader.ReadInt32(field) };
                    break;
                case 4:
                    read = read with { Crc = reader.ReadInt32(field) };
                    break;
                case 5 or 7 or 8:
                    read = read.ReadRest(id, ref reader, field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        reader.Leave();
        return read;
    }

    // The headers of the three kinds of page: 5 is data, 7 a dictionary, 8 data of the second version with two more counts.
    private PageHeader ReadRest(int kind, ref ThriftReader reader, ThriftType type)
    {
        var read = this;
        var encoding = kind == 8 ? 4 : 2;
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            if (id == 1)
            {
                read = read with { Values = reader.ReadInt32(field) };
            }
            else if (id == encoding)
            {
                read = read with { Encoding = (PageEncoding)reader.ReadInt32(field) };
            }
            else if (kind == 5 && id == 3)
            {
                read = read with { DefinitionEncoding = (PageEncoding)reader.ReadInt32(field) };
            }
            else if (kind == 5 && id == 4)
            {
                read = read with { RepetitionEncoding = (PageEncoding)reader.ReadInt32(field) };
            }
            else
            {
                reader.Skip(field);
            }
        }

        reader.Leave();
        return read;
    }
}
