using System.Text.Json;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>What the statistics of a file say of a column.</summary>
/// <param name="Min">A JSON value that no value of the column is below, or null.</param>
/// <param name="Max">A JSON value that no value of the column is above, or null. Readers add a millisecond to timestamps.</param>
/// <param name="NullCount">How many values are null, or null.</param>
public sealed record ColumnStats(JsonElement? Min, JsonElement? Max, long? NullCount);
