namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>A column of a table, or a part of a struct.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
/// <param name="Nullable">Whether the value may be null.</param>
/// <param name="Metadata">A JSON object of what else is known of the field, kept as it was read. Default: an empty one.</param>
public sealed record DeltaField(string Name, DeltaType Type, bool Nullable = true, string Metadata = "{}");
