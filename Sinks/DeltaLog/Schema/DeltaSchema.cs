using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>The columns of a table.</summary>
/// <param name="Fields">The columns in their order.</param>
public sealed record DeltaSchema(IReadOnlyList<DeltaField> Fields)
{
    /// <summary>Gets a schema without columns.</summary>
    public static DeltaSchema Empty { get; } = new([]);

    /// <summary>Reads a schema.</summary>
    /// <param name="json">The text as a table's metadata holds it.</param>
    /// <exception cref="FormatException">The text is no schema.</exception>
    public static DeltaSchema Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return SchemaReader.Type(document.RootElement) is StructType root
                ? new DeltaSchema(root.Fields)
                : throw new BadLogText("the schema is no struct");
        }
        catch (Exception error) when (error is JsonException or BadLogText or InvalidOperationException)
        {
            throw new FormatException($"The text is no schema of a Delta table: {error.Message}.", error);
        }
    }

    /// <summary>Returns the schema as a table's metadata holds it.</summary>
    public string ToJson() => SchemaWriter.Text(new StructType(Fields));

    /// <summary>Returns the column of a name regardless of case, or null.</summary>
    /// <param name="name">The name.</param>
    public DeltaField? Find(string name) => Fields.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // Every field at any depth.
    internal IEnumerable<DeltaField> AllFields() => Fields.SelectMany(WithParts);

    private static IEnumerable<DeltaField> WithParts(DeltaField field) => PartsOf(field.Type).Prepend(field);

    private static IEnumerable<DeltaField> PartsOf(DeltaType type) => type switch
    {
        StructType parts => parts.Fields.SelectMany(WithParts),
        ArrayType list => WithParts(new DeltaField("element", list.ElementType)),
        MapType map => WithParts(new DeltaField("key", map.KeyType)).Concat(WithParts(new DeltaField("value", map.ValueType))),
        _ => [],
    };
}
