using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Judgement;

// Compares DuckDB's type of a column with the file's. Coordinate systems have many names, and DuckDB tells which is meant.
// For a column without a type DuckDB makes one up.
internal static class TypeAgreement
{
    // Returns the type with the part that only DuckDB knows; null when the two types do not agree.
    public static ColumnType? Of(ColumnType file, ColumnType read) => (file, read) switch
    {
        (NullType, _) => file,
        (GeometryType, GeometryType) => read,
        (ListType one, ListType other) => Of(one.Element, other.Element) is { } element ? new ListType(element) : null,
        (MapType one, MapType other) => Of(one.Key, other.Key) is { } key && Of(one.Value, other.Value) is { } value
            ? new MapType(key, value)
            : null,
        (StructType one, StructType other) => Fields(one.Fields, other.Fields) is { } fields ? new StructType(fields) : null,
        _ => file == read ? file : null,
    };

    private static List<StructField>? Fields(IReadOnlyList<StructField> file, IReadOnlyList<StructField> read)
    {
        if (file.Count != read.Count)
        {
            return null;
        }

        var fields = new List<StructField>(file.Count);
        foreach (var (one, other) in file.Zip(read))
        {
            if (one.Name != other.Name || Of(one.Type, other.Type) is not { } type)
            {
                return null;
            }

            fields.Add(one with { Type = type });
        }

        return fields;
    }
}
