using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Judgement;

// A VARIANT is two binary parts, and a tree of typed columns beside them when it is shredded.
// The format lets a part be left out where no row needs it. DuckDB fails with an internal error then.
internal static class VariantRules
{
    private const string Metadata = "metadata";
    private const string TypedValue = "typed_value";
    private const string Value = "value";

    public static void Check(string named, SchemaNode variant)
    {
        var parts = variant.Children.Take(2).Select(child => child.Element.Name).Order(StringComparer.Ordinal);
        if (!parts.SequenceEqual([Metadata, Value]) || !variant.Children.Skip(2).All(HasValues))
        {
            throw BadFile.NotSupported(
                named, $"column {variant.Path} is a VARIANT that is stored without some of its values", "write it without shredding");
        }
    }

    // Typed values must have untyped values beside them.
    private static bool HasValues(SchemaNode node) =>
        (!node.Children.Any(child => child.Element.Name == TypedValue) || node.Children.Any(child => child.Element.Name == Value))
        && node.Children.All(HasValues);
}
