using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Delta.Columns;

// The type under which a Delta table holds the values of a file's type without loss.
// Delta has no unsigned numbers, no times of day and no texts of a kind. Their values are stored as wider numbers or as text.
internal static class StorableType
{
    private static readonly SimpleType _text = new(SimpleKind.Varchar);

    // Returns null for a type that no type of Delta can stand for.
    public static ColumnType? Of(ColumnType type) => type switch
    {
        NullType or DecimalType => type,
        SimpleType simple => Of(simple.Kind),
        EnumType => _text,
        ListType list => Of(list.Element) is { } element ? new ListType(element) : null,
        ArrayType array => Of(array.Element) is { } element ? new ListType(element) : null,
        MapType map => Of(map.Key) is { } key && Of(map.Value) is { } value ? new MapType(key, value) : null,
        StructType parts => Of(parts),
        _ => null,
    };

    private static ColumnType? Of(SimpleKind kind) => kind switch
    {
        SimpleKind.UTinyInt => new SimpleType(SimpleKind.SmallInt),
        SimpleKind.USmallInt => new SimpleType(SimpleKind.Integer),
        SimpleKind.UInteger => new SimpleType(SimpleKind.BigInt),
        SimpleKind.UBigInt => new DecimalType(20, 0),
        SimpleKind.TimestampSeconds or SimpleKind.TimestampMillis or SimpleKind.TimestampNanos => new SimpleType(SimpleKind.Timestamp),
        SimpleKind.Json or SimpleKind.Uuid or SimpleKind.Bit or SimpleKind.Interval => _text,
        SimpleKind.Time or SimpleKind.TimeNanos or SimpleKind.TimeTz => _text,
        SimpleKind.HugeInt or SimpleKind.UHugeInt or SimpleKind.BigNum or SimpleKind.Variant => null,
        _ => new SimpleType(kind),
    };

    private static StructType? Of(StructType parts)
    {
        var fields = parts.Fields.Select(f => (Field: f, Type: Of(f.Type))).ToList();
        return fields.TrueForAll(f => f.Type is not null) ? new StructType([.. fields.Select(f => f.Field with { Type = f.Type! })]) : null;
    }
}
