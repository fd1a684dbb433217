using OrleansBatch.Sinks.Input.Footer;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Judgement;

// The type that a part of the schema stands for. Layers are peeled as DuckDB does.
// A repeated group of one field is a list of that field, whether or not the group is marked as a list.
// Old and new ways of writing lists and maps therefore come out the same.
internal static class NodeTypes
{
    private const int EntryFields = 2;

    public static ColumnType Of(string named, SchemaNode node, GeoColumns geo)
    {
        if (node.IsLeaf)
        {
            var type = geo.Has(node) ? new GeometryType(null) : LeafTypes.Of(named, node);
            return IsRepeated(node) ? new ListType(type) : type;
        }

        if (node.Children.Count == 0)
        {
            throw BadFile.NotSupported(named, $"column {node.Path} is a struct without fields", "write it with a field, or leave it out");
        }

        var fields = node.Children.Select(child => Of(named, child, geo)).ToList();
        if (IsMapEntry(node))
        {
            return fields.Count == EntryFields && IsRepeated(node)
                ? new MapType(fields[0], fields[1])
                : throw BadFile.NotSupported(named, $"column {node.Path} is a map without values", "write it as a list");
        }

        if (node.IsVariant)
        {
            VariantRules.Check(named, node);
        }

        var inner = node.IsVariant ? new SimpleType(SimpleKind.Variant)
            : IsStruct(node) ? new StructType([.. node.Children.Zip(fields, (child, type) => new StructField(child.Element.Name, type))])
            : fields[0];
        return IsRepeated(node) ? new ListType(inner) : inner;
    }

    public static bool IsStruct(SchemaNode group) => group.Children.Count > 1
        || (group.Children.Count == 1 && !IsRepeated(group) && group.Element.Converted is not (ConvertedType.List or ConvertedType.Map)
            && !IsMapEntry(group));

    public static bool IsMapEntry(SchemaNode group) => group.Children.Count > 0 && (group.Element.Converted == ConvertedType.MapKeyValue
        || group.Parent is { Element.Converted: ConvertedType.Map, Children.Count: 1 });

    private static bool IsRepeated(SchemaNode node) => node.Element.Repetition == Repetition.Repeated;
}
