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

    public static SchemaElement Read(ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, new SchemaElement(), static (read, id, ref r, field) => id switch
        {
            1 => read with { Physical = (PhysicalType)r.ReadInt32(field) },
            2 => read with { Length = r.ReadInt32(field) },
            3 => read with { Repetition = (Repetition)r.ReadInt32(field) },
            4 => read with { Name = r.ReadText(field) },
            5 => read with { Children = r.ReadInt32(field) },
            6 => read with { Converted = (ConvertedType)r.ReadInt32(field) },
            7 => read with { Scale = r.ReadInt32(field) },
            8 => read with { Precision = r.ReadInt32(field) },
            10 => read with { Logical = LogicalType.Read(ref r, field) },
            _ => r.PassOver(field, read),
        });
}
