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

    public static ColumnChunk Read(ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, new ColumnChunk(), static (read, id, ref r, field) => id switch
        {
            1 => read with { OtherFile = r.ReadText(field) },
            3 => ColumnMetadata.Read(read, ref r, field),
            8 or 9 => r.PassOver(field, read with { IsEncrypted = true }),
            _ => r.PassOver(field, read),
        });
}
