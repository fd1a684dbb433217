using OrleansBatch.Sinks.DeltaLog.Checkpoints;
using OrleansBatch.Sinks.DeltaLog.Features;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.DeltaLog.Maintenance;

// Writes checkpoints and cleans the log, each when it is due.
internal sealed class Maintainer(
    CheckpointWriter checkpoints,
    LogCleanup cleanup,
    int checkpointInterval,
    TimeSpan logRetention,
    TimeSpan tombstoneRetention,
    TimeProvider time)
{
    // Who goes on with another snapshot than the one that is returned need not have a checkpoint for each commit.
    private long _checkpointed;
    private DateTimeOffset _cleanAfter = DateTimeOffset.MinValue;

    public async Task<MaintenanceResult> RunAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var (result, deleted) = (snapshot, 0);
        try
        {
            var interval = TableProperties.CheckpointInterval(snapshot.Metadata, checkpointInterval);
            if (snapshot.Version - Math.Max(snapshot.CheckpointVersion, Interlocked.Read(ref _checkpointed)) < interval)
            {
                return new MaintenanceResult(snapshot, false, 0, null);
            }

            result = await CheckpointAsync(snapshot, cancellationToken);
            deleted = await CleanAsync(result, time.GetUtcNow(), cancellationToken);
            return new MaintenanceResult(result, true, deleted, null);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new MaintenanceResult(result, !ReferenceEquals(result, snapshot), deleted, error);
        }
    }

    public async Task<Snapshot> CheckpointAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        // A checkpoint is a write: a feature that is not kept here may change what belongs into it.
        snapshot.RequireWritable();
        var kept = snapshot.WithoutExpired(
            time.GetUtcNow(), TableProperties.TombstoneRetention(snapshot.Metadata, tombstoneRetention));
        await checkpoints.WriteAsync(kept, cancellationToken);
        Interlocked.Exchange(ref _checkpointed, snapshot.Version);
        return kept.WithCheckpoint();
    }

    // A look at the whole log for each checkpoint would cost more than the checkpoint where commits are many and old ones few.
    private async Task<int> CleanAsync(Snapshot snapshot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (TableProperties.LogRetention(snapshot.Metadata, logRetention) is not { } retention || now < _cleanAfter)
        {
            return 0;
        }

        _cleanAfter = now + (retention / 100 < TimeSpan.FromHours(1) ? retention / 100 : TimeSpan.FromHours(1));
        return await cleanup.RunAsync(snapshot.Version, now - retention, cancellationToken);
    }
}
