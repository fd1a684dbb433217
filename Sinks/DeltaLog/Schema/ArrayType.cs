namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>A list.</summary>
/// <param name="ElementType">The type of the elements.</param>
/// <param name="ContainsNull">Whether elements may be null.</param>
public sealed record ArrayType(DeltaType ElementType, bool ContainsNull = true) : DeltaType;
