namespace OrleansBatch.Sinks.Input.Footer;

// A column, or a part of one, at its place in the tree.
internal sealed class SchemaNode(SchemaElement element, SchemaNode? parent)
{
    private readonly List<SchemaNode> _children = [];

    public SchemaElement Element => element;

    public SchemaNode? Parent => parent;

    public IReadOnlyList<SchemaNode> Children => _children;

    public bool IsLeaf => Children.Count == 0 && Element.Physical is not null;

    // The number of lists around a value: 0 when each row has one value or null.
    public int RepetitionLevels { get; } = (parent?.RepetitionLevels ?? 0) + (element.Repetition == Repetition.Repeated ? 1 : 0);

    public int DefinitionLevels { get; } = (parent?.DefinitionLevels ?? 0) + (element.Repetition == Repetition.Required ? 0 : 1);

    // The schema says that the column has nothing but nulls.
    public bool IsUntyped => Element is { Logical.Kind: LogicalKind.Unknown } or { Converted: ConvertedType.Null };

    public bool IsVariant => Element.Logical?.Kind == LogicalKind.Variant && Children.Count > 0;

    // The binary part of a VARIANT, or of a part of one that is shredded.
    public bool IsVariantValue => Element is { Name: "value", Physical: PhysicalType.ByteArray, Logical: null } && IsInVariant;

    // The top-level column that the node belongs to.
    public SchemaNode Column => Parent is { Parent: not null } ? Parent.Column : this;

    // The names from the column down, for messages to people.
    public string Path => Parent is { Parent: not null } ? $"{Parent.Path}.{Element.Name}" : Element.Name;

    public IEnumerable<SchemaNode> Leaves => IsLeaf ? [this] : Children.SelectMany(child => child.Leaves);

    private bool IsInVariant => IsVariant || (Parent?.IsInVariant ?? false);

    public SchemaNode Add(SchemaElement element)
    {
        var child = new SchemaNode(element, this);
        _children.Add(child);
        return child;
    }
}
