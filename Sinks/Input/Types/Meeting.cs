namespace OrleansBatch.Sinks.Input.Types;

// Decides what the table's column becomes where the types of a file and a table meet.
internal static class Meeting
{
    public static ColumnType Of(ColumnType file, ColumnType table, Preference preference) => Lattice.Holds(table, file)
        ? table
        : (file, table) switch
        {
            (ListType f, ListType t) => new ListType(Of(f.Element, t.Element, preference)),
            (MapType f, MapType t) => new MapType(Of(f.Key, t.Key, preference), Of(f.Value, t.Value, preference)),
            (StructType f, StructType t) => Of(f, t, preference),
            _ when preference == Preference.Kept || (preference == Preference.Wider && IsChosen(table)) => table,
            _ => Lattice.Join(file, table) ?? (preference == Preference.Taken ? Stored(file) : table),
        };

    // The type of a new column. A column with nothing but nulls gets the narrowest type, so that it takes the first type that comes.
    public static ColumnType Stored(ColumnType type) => type switch
    {
        NullType => new SimpleType(SimpleKind.Boolean),
        ListType list => new ListType(Stored(list.Element)),
        ArrayType array => array with { Element = Stored(array.Element) },
        MapType map => new MapType(Stored(map.Key), Stored(map.Value)),
        StructType parts => new StructType([.. parts.Fields.Select(f => f with { Type = Stored(f.Type) })]),
        _ => type,
    };

    // Such types are narrow on purpose, and stay as long as the values fit.
    private static bool IsChosen(ColumnType table) =>
        table is EnumType or ArrayType or SimpleType { Kind: SimpleKind.Json or SimpleKind.Uuid };

    private static StructType Of(StructType file, StructType table, Preference preference)
    {
        var present = table.Fields.Select(t => file.Find(t.Key) is { } f ? t with { Type = Of(f.Type, t.Type, preference) } : t);
        var added = file.Fields.Where(f => table.Find(f.Key) is null).Select(f => f with { Type = Stored(f.Type) });
        return new StructType([.. present, .. added]);
    }
}
