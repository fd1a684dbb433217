namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>A type of named parts.</summary>
/// <param name="Fields">The parts in their order.</param>
public sealed record StructType(IReadOnlyList<DeltaField> Fields) : DeltaType;
