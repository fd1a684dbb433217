using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Judgement;

// Whether DuckDB reads a column as what the file says it is. Coordinate systems are named in many ways, and DuckDB tells which it is.
internal static class TypeAgreement
{
    public static bool Holds(ColumnType file, ColumnType read) => (file, read) switch
    {
        (GeometryType, GeometryType) => true,
        (ListType one, ListType other) => Holds(one.Element, other.Element),
        (MapType one, MapType other) => Holds(one.Key, other.Key) && Holds(one.Value, other.Value),
        (StructType one, StructType other) => one.Fields.Count == other.Fields.Count
            && one.Fields.Zip(other.Fields).All(pair => pair.First.Name == pair.Second.Name && Holds(pair.First.Type, pair.Second.Type)),
        _ => file == read,
    };
}
