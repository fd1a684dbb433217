namespace OrleansBatch.Sinks.Input.Footer;

// One line of the schema, which is a tree written down line by line.
internal sealed record SchemaElement
{
    public string Name { get; init; } = string.Empty;

    // Null for a group of columns.
    public PhysicalType? Physical { get; init; }

    public int? Length { get; init; }

    public Repetition Repetition { get; init; }

    public int Children { get; init; }

    public ConvertedType? Converted { get; init; }

    public int? Scale { get; init; }

    public int? Precision { get; init; }

    public LogicalType? Logical { get; init; }

    public static SchemaElement Read(ref ThriftReader reader, ThriftType type)
    {
        var read = new SchemaElement();
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
                    read = read with { Length = reader.ReadInt32(field) };
                    break;
                case 3:
                    read = read with { Repetition = (Repetition)reader.ReadInt32(field) };
                    break;
                case 4:
                    read = read with { Name = reader.ReadText(field) };
                    break;
                case 5:
                    read = read with { Children = reader.ReadInt32(field) };
                    break;
                case 6:
                    read = read with { Converted = (ConvertedType)reader.ReadInt32(field) };
                    break;
                case 7:
                    read = read with { Scale = reader.ReadInt32(field) };
                    break;
                case 8:
                    read = read with { Precision = reader.ReadInt32(field) };
                    break;
                case 10:
                    read = read with { Logical = LogicalType.Read(ref reader, field) };
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
