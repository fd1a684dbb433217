namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>A map.</summary>
/// <param name="KeyType">The type of the keys.</param>
/// <param name="ValueType">The type of the values.</param>
/// <param name="ValueContainsNull">Whether values may be null.</param>
public sealed record MapType(DeltaType KeyType, DeltaType ValueType, bool ValueContainsNull = true) : DeltaType;
