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
        var read = new FileFooter();
        reader.Enter(ThriftType.Struct);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            switch (id)
            {
                case 2:
                    read = read with { Schema = ReadSchema(ref reader, field) };
                    break;
                case 3:
                    read = read with { Rows = reader.ReadInt64(field) };
                    break;
                case 4:
                    read = read with { RowGroups = ReadRowGroups(ref reader, field) };
                    break;
                case 5:
                    read = read with { Geo = ReadGeo(ref reader, field) };
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return read;
    }

    private static List<SchemaElement> ReadSchema(ref ThriftReader reader, ThriftType type)
    {
        var schema = new List<SchemaElement>();
        for (var left = reader.ReadListHeader(type, out var element); left > 0; left--)
        {
            schema.Add(SchemaElement.Read(ref reader, element));
        }

        return schema;
    }

    private static List<RowGroup> ReadRowGroups(ref ThriftReader reader, ThriftType type)
    {
        var groups = new List<RowGroup>();
        for (var left = reader.ReadListHeader(type, out var element); left > 0; left--)
        {
            groups.Add(RowGroup.Read(ref reader, element));
        }

        return groups;
    }

    private static string? ReadGeo(ref ThriftReader reader, ThriftType type)
    {
        string? geo = null;
        for (var left = reader.ReadListHeader(type, out var element); left > 0; left--)
        {
            var (key, value) = ReadPair(ref reader, element);
            geo = key == GeoKey ? value : geo;
        }

        return geo;
    }

    private static (string? Key, string? Value) ReadPair(ref ThriftReader reader, ThriftType type)
    {
        (string? Key, string? Value) pair = default;
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            switch (id)
            {
                case KeyField:
                    pair.Key = reader.ReadText(field);
                    break;
                case ValueField when pair.Key == GeoKey:
                    pair.Value = reader.ReadText(field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        reader.Leave();
        return pair;
    }
}
