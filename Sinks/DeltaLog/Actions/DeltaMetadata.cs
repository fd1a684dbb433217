using System.Collections.Immutable;

using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>What a table is: its schema, partitions and properties.</summary>
public sealed record DeltaMetadata
{
    /// <summary>Gets the table's id, which never changes.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name for people, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the description for people, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the format of the data files. Default: parquet.</summary>
    public string Provider { get; init; } = "parquet";

    /// <summary>Gets the options of the format.</summary>
    public IReadOnlyDictionary<string, string?> FormatOptions { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Gets the schema as JSON; empty in the oldest tables.</summary>
    public required string SchemaString { get; init; }

    /// <summary>Gets the names of the columns by which the table is partitioned.</summary>
    public IReadOnlyList<string> PartitionColumns { get; init; } = [];

    /// <summary>Gets the table's properties, such as delta.appendOnly.</summary>
    public IReadOnlyDictionary<string, string?> Configuration { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Gets when the table was made, or null.</summary>
    public DateTimeOffset? CreatedTime { get; init; }

    /// <summary>Reads the schema.</summary>
    /// <exception cref="FormatException">The text is no schema.</exception>
    public DeltaSchema ReadSchema() => SchemaString.Length == 0 ? DeltaSchema.Empty : DeltaSchema.Parse(SchemaString);

    internal bool Has(string property) =>
        Configuration.TryGetValue(property, out var value) && "true".Equals(value, StringComparison.OrdinalIgnoreCase);
}
