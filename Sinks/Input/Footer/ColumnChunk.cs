namespace OrleansBatch.Sinks.Input.Footer;

// The pages of one leaf column in one row group.
internal sealed record ColumnChunk
{
    public PhysicalType Physical { get; init; }

    public Codec Codec { get; init; }

    public IReadOnlyList<PageEncoding> Encodings { get; init; } = [];

    public long Values { get; init; }

    public long UncompressedBytes { get; init; }

    public long CompressedBytes { get; init; }

    public long DataPageOffset { get; init; }

    public long? DictionaryPageOffset { get; init; }

    public long? Nulls { get; init; }

    public bool IsEncrypted { get; init; }

    // Null when the pages are in this file. Only one use of early versions put pages elsewhere.
    public string? OtherFile { get; init; }

    // Some writers give 0 for a dictionary that is not there. Others name the dictionary after the data that it stands before.
    public long Start =>
        DictionaryPageOffset is { } dictionary && dictionary > 0 && dictionary < DataPageOffset ? dictionary : DataPageOffset;

    public static ColumnChunk Read(ref ThriftReader reader, ThriftType type)
    {
        var read = new ColumnChunk();
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            switch (id)
            {
                case 1:
                    read = read with { OtherFile = reader.ReadText(field) };
                    break;
                case 3:
                    read = ColumnMetadata.Read(read, ref reader, field);
                    break;
                case 8 or 9:
                    read = read with { IsEncrypted = true };
                    reader.Skip(field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        reader.Leave();
        return read;
    }
}
