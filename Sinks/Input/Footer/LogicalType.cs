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
    public static LogicalType? Read(ref ThriftReader reader, ThriftType type)
    {
        LogicalType? read = null;
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            if (Enum.IsDefined((LogicalKind)id))
            {
                read = new LogicalType((LogicalKind)id).ReadRest(ref reader, field);
            }
            else
            {
                reader.Skip(field);
            }
        }

        reader.Leave();
        return read;
    }

    private LogicalType ReadRest(ref ThriftReader reader, ThriftType type)
    {
        var read = this;
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            switch (Kind, id)
            {
                case (LogicalKind.Decimal, 1):
                    read = read with { Scale = reader.ReadInt32(field) };
                    break;
                case (LogicalKind.Decimal, 2):
                    read = read with { Precision = reader.ReadInt32(field) };
                    break;
                case (LogicalKind.Time or LogicalKind.Timestamp, 1):
                    read = read with { IsUtc = ThriftReader.ReadBool(field) };
                    break;
                case (LogicalKind.Time or LogicalKind.Timestamp, 2):
                    read = read with { Unit = ReadUnit(ref reader, field) };
                    break;
                case (LogicalKind.Integer, 1):
                    read = read with { BitWidth = reader.ReadSByte(field) };
                    break;
                case (LogicalKind.Integer, 2):
                    read = read with { IsSigned = ThriftReader.ReadBool(field) };
                    break;
                case (LogicalKind.Geometry or LogicalKind.Geography, 1):
                    read = read with { Crs = reader.ReadText(field) };
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        reader.Leave();
        return read;
    }

    private static TimeUnit ReadUnit(ref ThriftReader reader, ThriftType type)
    {
        var unit = default(TimeUnit);
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            unit = (TimeUnit)id;
            reader.Skip(field);
        }

        reader.Leave();
        return unit;
    }
}
