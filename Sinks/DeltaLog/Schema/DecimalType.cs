namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>A decimal number.</summary>
/// <param name="Precision">The number of digits, 1 to 38.</param>
/// <param name="Scale">The number of digits after the point.</param>
public sealed record DecimalType(int Precision, int Scale) : DeltaType;
