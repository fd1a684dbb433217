namespace OrleansBatch.Sinks.Input.Footer;

// Everything that a Parquet file says of itself.
internal sealed record FileFooter
{
    private const int KeyField = 1;
    private const int ValueField = 2;
    private const string GeoKey = "geo";

    public IReadOnlyList<SchemaElement> Schema { get; init; } = [];

    public long Rows { get; init; }

    public IReadOnlyList<RowGroup> RowGroups { get; init; } = [];

    // GeoParquet's description of the columns, a JSON object; null when the file has none.
    public string? Geo { get; init; }

    // The position at which the footer begins, and the pages have ended.
    public long Position { get; init; }

    public static FileFooter Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        return reader.ReadStruct(ThriftType.Struct, new FileFooter(), static (read, id, ref r, field) => id switch
        {
            2 => read with { Schema = r.ReadList(field, SchemaElement.Read) },
            3 => read with { Rows = r.ReadInt64(field) },
            4 => read with { RowGroups = r.ReadList(field, RowGroup.Read) },
            5 => read with { Geo = r.ReadList(field, ReadPair).LastOrDefault(p => p.Key == GeoKey).Value },
            _ => r.PassOver(field, read),
        });
    }

    private static (string? Key, string? Value) ReadPair(ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, (Key: (string?)null, Value: (string?)null), static (pair, id, ref r, field) => id switch
        {
            KeyField => (r.ReadText(field), pair.Value),
            ValueField when pair.Key == GeoKey => (pair.Key, r.ReadText(field)),
            _ => r.PassOver(field, pair),
        });
}
