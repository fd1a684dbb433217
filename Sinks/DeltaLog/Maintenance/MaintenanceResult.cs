using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.DeltaLog.Maintenance;

/// <summary>What maintenance did. The table is the same before and after.</summary>
/// <param name="Snapshot">The snapshot to go on with, which knows of the checkpoint and holds no expired tombstones.</param>
/// <param name="Checkpointed">Whether a checkpoint was written.</param>
/// <param name="LogFilesDeleted">How many files of the log were deleted.</param>
/// <param name="Trouble">What went wrong, or null. The next maintenance tries again.</param>
public sealed record MaintenanceResult(Snapshot Snapshot, bool Checkpointed, int LogFilesDeleted, Exception? Trouble);
