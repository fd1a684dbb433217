using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.Input.Types;

using Log = OrleansBatch.Sinks.DeltaLog.Schema;
using Duck = OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Delta.Columns;

// The types of Delta and of DuckDB that stand for each other.
internal static class DeltaTypes
{
    private static readonly Dictionary<SimpleKind, string> _names = new()
    {
        [SimpleKind.Boolean] = "boolean",
        [SimpleKind.TinyInt] = "byte",
        [SimpleKind.SmallInt] = "short",
        [SimpleKind.Integer] = "integer",
        [SimpleKind.BigInt] = "long",
        [SimpleKind.Float] = "float",
        [SimpleKind.Double] = "double",
        [SimpleKind.Varchar] = "string",
        [SimpleKind.Blob] = "binary",
        [SimpleKind.Date] = "date",
        [SimpleKind.TimestampTz] = "timestamp",
        [SimpleKind.Timestamp] = TimestampNtz,
    };

    private static readonly Dictionary<string, SimpleKind> _kinds = _names.ToDictionary(n => n.Value, n => n.Key);

    public const string TimestampNtz = "timestamp_ntz";

    // The names of parts, their comments and their nullability stay as the table has them.
    public static DeltaType Of(ColumnType type, DeltaType? present = null) => type switch
    {
        SimpleType simple => new PrimitiveType(_names[simple.Kind]),
        Duck.DecimalType number => new Log.DecimalType(number.Precision, number.Scale),
        ListType list => present is Log.ArrayType before
            ? before with { ElementType = Of(list.Element, before.ElementType) }
            : new Log.ArrayType(Of(list.Element)),
        Duck.MapType map => present is Log.MapType before
            ? before with { KeyType = Of(map.Key, before.KeyType), ValueType = Of(map.Value, before.ValueType) }
            : new Log.MapType(Of(map.Key), Of(map.Value)),
        Duck.StructType parts => Of(parts, present as Log.StructType),
        _ => throw new InvalidOperationException($"No type of Delta stands for {type}."),
    };

    // Returns null for a type that this sink does not know.
    public static ColumnType? Read(DeltaType type) => type switch
    {
        PrimitiveType simple => _kinds.TryGetValue(simple.Name, out var kind) ? new SimpleType(kind) : null,
        Log.DecimalType number => new Duck.DecimalType(number.Precision, number.Scale),
        Log.ArrayType list => Read(list.ElementType) is { } element ? new ListType(element) : null,
        Log.MapType map => Read(map.KeyType) is { } key && Read(map.ValueType) is { } value ? new Duck.MapType(key, value) : null,
        Log.StructType parts => Read(parts),
        _ => null,
    };

    public static bool HasTimestampNtz(DeltaType type) => type switch
    {
        PrimitiveType simple => simple.Name == TimestampNtz,
        Log.ArrayType list => HasTimestampNtz(list.ElementType),
        Log.MapType map => HasTimestampNtz(map.KeyType) || HasTimestampNtz(map.ValueType),
        Log.StructType parts => parts.Fields.Any(f => HasTimestampNtz(f.Type)),
        _ => false,
    };

    private static Log.StructType Of(Duck.StructType parts, Log.StructType? present) => new(
        [
            .. parts.Fields.Select(f => present?.Fields.FirstOrDefault(p => Input.TableColumn.Fold(p.Name) == f.Key) is { } before
                ? before with { Type = Of(f.Type, before.Type) }
                : new DeltaField(f.Name, Of(f.Type))),
        ]);

    private static Duck.StructType? Read(Log.StructType parts)
    {
        var fields = parts.Fields.Select(f => (f.Name, Type: Read(f.Type))).ToList();
        return fields.TrueForAll(f => f.Type is not null)
            ? new Duck.StructType([.. fields.Select(f => new StructField(f.Name, f.Type!))])
            : null;
    }
}
