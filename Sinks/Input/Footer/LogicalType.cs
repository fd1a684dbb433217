namespace OrleansBatch.Sinks.Input.Footer;

// A logical type with the parameters of its kind. Parameters of other kinds are 0, false or null.
internal sealed record LogicalType(LogicalKind Kind)
{
    public int Precision { get; init; }

    public int Scale { get; init; }

    public TimeUnit Unit { get; init; }

    public bool IsUtc { get; init; }

    public int BitWidth { get; init; }

    public bool IsSigned { get; init; }

    public string? Crs { get; init; }

    // Returns null for a kind of a later version of the format.
    public static LogicalType? Read(ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, (LogicalType?)null, static (read, id, ref r, field) =>
            Enum.IsDefined((LogicalKind)id)
                ? r.ReadStruct(field, new LogicalType((LogicalKind)id), ReadParameter)
                : r.PassOver(field, read));

    private static LogicalType ReadParameter(LogicalType read, int id, ref ThriftReader reader, ThriftType field) => (read.Kind, id) switch
    {
        (LogicalKind.Decimal, 1) => read with { Scale = reader.ReadInt32(field) },
        (LogicalKind.Decimal, 2) => read with { Precision = reader.ReadInt32(field) },
        (LogicalKind.Time or LogicalKind.Timestamp, 1) => read with { IsUtc = ThriftReader.ReadBool(field) },
        (LogicalKind.Time or LogicalKind.Timestamp, 2) => read with { Unit = ReadUnit(ref reader, field) },
        (LogicalKind.Integer, 1) => read with { BitWidth = reader.ReadSByte(field) },
        (LogicalKind.Integer, 2) => read with { IsSigned = ThriftReader.ReadBool(field) },
        (LogicalKind.Geometry or LogicalKind.Geography, 1) => read with { Crs = reader.ReadText(field) },
        _ => reader.PassOver(field, read),
    };

    private static TimeUnit ReadUnit(ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, default(TimeUnit), static (_, id, ref r, field) => r.PassOver(field, (TimeUnit)id));
}
