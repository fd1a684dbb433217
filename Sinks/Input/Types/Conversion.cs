using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Types;

// The conversion of values between types, and the condition under which it loses nothing.
// Parts that can't be compared must be null: they go by way of text, which every type can become and be made of.
internal sealed record Conversion(ColumnType From, ColumnType To, bool OfTable)
{
    private static readonly SimpleType _text = new(SimpleKind.Varchar);

    public SqlText Of(SqlText value)
    {
        var via = Via(From, To);
        return From == To ? value
            : via == From ? SqlText.Of($"CAST({value} AS {To.Sql})")
            : SqlText.Of($"CAST(CAST({value} AS {via.Sql}) AS {To.Sql})");
    }

    // Null when every value can be converted without loss.
    public SqlText? IsLossless(SqlText value) => Condition(value, From, To, 0);

    private SqlText? Condition(SqlText value, ColumnType from, ColumnType to, int depth) => Lattice.Holds(to, from)
        ? null
        : (from, to) switch
        {
            (StructType f, StructType t) => And(
                f.Fields.Select(field => Condition(Part(value, field), field.Type, t.Find(field.Key)!.Type, depth))),
            (ListType f, ListType t) => Each(value, f.Element, t.Element, depth),
            (MapType f, MapType t) => And(
                [
                    Each(SqlText.Of($"map_keys({value})"), f.Key, t.Key, depth),
                    Each(SqlText.Of($"map_values({value})"), f.Value, t.Value, depth),
                ]),
            _ => IsComparable(from, to) ? RoundTrip(value, from, to) : SqlText.Of($"{value} IS NULL"),
        };

    // Values of the table are changed for a wider type only.
    private bool IsComparable(ColumnType from, ColumnType to) => OfTable ? Lattice.Join(from, to) == to : Lattice.MayHold(to, from);

    private ColumnType Via(ColumnType from, ColumnType to) => (from, to) switch
    {
        (NullType, _) => _text,
        _ when Lattice.Holds(to, from) && !Nulls.AreIn(from) => from,
        (StructType f, StructType t) => new StructType([.. f.Fields.Select(x => x with { Type = Via(x.Type, t.Find(x.Key)!.Type) })]),
        (ListType f, ListType t) => new ListType(Via(f.Element, t.Element)),
        (MapType f, MapType t) => new MapType(Via(f.Key, t.Key), Via(f.Value, t.Value)),
        _ => IsComparable(from, to) ? from : _text,
    };

    private SqlText? Each(SqlText list, ColumnType from, ColumnType to, int depth)
    {
        var element = SqlText.Trusted($"element_{depth}");
        return Condition(element, from, to, depth + 1) is { } condition
            ? SqlText.Of($"coalesce(list_bool_and(list_transform({list}, lambda {element}: {condition})), true)")
            : null;
    }

    // DuckDB can't try a cast from micro- to nanoseconds: the cast fails.
    // Minus zero equals zero, and only a floating number can be minus zero.
    private static SqlText RoundTrip(SqlText value, ColumnType from, ColumnType to)
    {
        if (Lattice.Fineness(to) == 4 && Lattice.Fineness(from) > 0)
        {
            return SqlText.Of($"""
                coalesce(CAST({value} AS TIMESTAMP)
                  BETWEEN TIMESTAMP '1677-09-21 00:12:43.145225' AND TIMESTAMP '2262-04-11 23:47:16.854775', true)
                """);
        }

        var same = SqlText.Of($"TRY_CAST(TRY_CAST({value} AS {to.Sql}) AS {from.Sql}) IS NOT DISTINCT FROM {value}");
        return Lattice.IsFloating(from) && !Lattice.IsFloating(to)
            ? SqlText.Of($"({same} AND NOT coalesce({value} = 0 AND signbit({value}), false))")
            : SqlText.Of($"({same})");
    }

    private static SqlText Part(SqlText value, StructField field) => SqlText.Of($"struct_extract({value}, {SqlText.Literal(field.Name)})");

    private static SqlText? And(IEnumerable<SqlText?> conditions)
    {
        var all = conditions.OfType<SqlText>().ToList();
        return all.Count == 0 ? null : SqlText.Of($"({SqlText.Join(" AND ", all)})");
    }
}
