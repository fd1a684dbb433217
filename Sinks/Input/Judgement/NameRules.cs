using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Judgement;

// All columns, and all fields of one struct, must have names that DuckDB tells apart.
// For a missing or repeated name the reader would make one up. Values of one file would then change places with those of the next.
internal static class NameRules
{
    public static void Check(string named, SchemaNode group)
    {
        if (HasNames(group))
        {
            CheckChildren(named, group);
        }

        foreach (var child in group.Children)
        {
            Check(named, child);
        }
    }

    // Nobody sees the names of the layers of a list or a map.
    private static bool HasNames(SchemaNode group) => group.Children.Count > 1 ? !NodeTypes.IsMapEntry(group) : NodeTypes.IsStruct(group);

    private static void CheckChildren(string named, SchemaNode group)
    {
        var seen = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var child in group.Children)
        {
            var name = child.Element.Name;
            if (name.Length == 0)
            {
                throw BadFile.NotSupported(named, NoName(group), "give each one a name");
            }

            if (!seen.TryAdd(TableColumn.Fold(name), child))
            {
                var other = seen[TableColumn.Fold(name)];
                throw BadFile.NotSupported(named, Clash(other, child), "give them names that differ in more than upper and lower case");
            }
        }
    }

    private static string NoName(SchemaNode group) => group.Parent is null
        ? "a column has an empty name"
        : $"column {group.Path} has a field with an empty name, as a UNION of DuckDB has";

    private static string Clash(SchemaNode one, SchemaNode other)
    {
        var what = one.Parent?.Parent is null ? "columns" : "fields";
        return one.Element.Name == other.Element.Name
            ? $"two {what} have the name {one.Path}"
            : $"the names of the {what} {one.Path} and {other.Path} differ only by upper and lower case";
    }
}
