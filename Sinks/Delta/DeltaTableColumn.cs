namespace OrleansBatch.Sinks.Delta;

/// <summary>A column of a table.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as the table's schema writes it.</param>
/// <param name="Nullable">Whether the value may be null.</param>
public sealed record DeltaTableColumn(string Name, string Type, bool Nullable);
