using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Types;

// Nulls in values and in types, at any depth.
internal static class Nulls
{
    // True when a part of the type has nothing but nulls.
    public static bool AreIn(ColumnType type) => type switch
    {
        NullType => true,
        ListType list => AreIn(list.Element),
        ArrayType array => AreIn(array.Element),
        MapType map => AreIn(map.Key) || AreIn(map.Value),
        StructType parts => parts.Fields.Any(f => AreIn(f.Type)),
        _ => false,
    };

    // True for a value that is null or has a null inside.
    public static SqlText AreInValue(SqlText value, ColumnType type) => AreInValue(value, type, 0);

    private static SqlText AreInValue(SqlText value, ColumnType type, int depth) => type switch
    {
        StructType parts => SqlText.Of(
            $"({value} IS NULL OR {SqlText.Join(" OR ", parts.Fields.Select(f => AreInField(value, f, depth)))})"),
        ListType list => SqlText.Of($"({value} IS NULL OR {AreInList(value, list.Element, depth)})"),
        ArrayType array => AreInValue(
            SqlText.Of($"CAST({value} AS {new ListType(array.Element).Sql})"), new ListType(array.Element), depth),
        MapType map => SqlText.Of($"({value} IS NULL OR {AreInList(SqlText.Of($"map_values({value})"), map.Value, depth)})"),
        _ => SqlText.Of($"{value} IS NULL"),
    };

    private static SqlText AreInField(SqlText value, StructField field, int depth) =>
        AreInValue(SqlText.Of($"struct_extract({value}, {SqlText.Literal(field.Name)})"), field.Type, depth);

    private static SqlText AreInList(SqlText list, ColumnType element, int depth)
    {
        var name = SqlText.Trusted($"element_{depth}");
        return SqlText.Of($"coalesce(list_bool_or(list_transform({list}, lambda {name}: {AreInValue(name, element, depth + 1)})), false)");
    }
}
