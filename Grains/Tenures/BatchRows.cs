using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Compares what a sink did with a batch to what its producer announced.</summary>
internal static class BatchRows
{
    /// <summary>Answers whether both are known and are not the same.</summary>
    public static bool Differ(LogEntry entry, BatchResult? result) =>
        entry.RowCount is { } announced && result?.RowsApplied is { } applied && announced != applied;
}
