using Npgsql;
using OrleansBatch.Grains.Intake;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Intake;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Loading;

// Enqueues Parquet files as one run of a group, in the order given.
internal sealed class RunLoader(NpgsqlDataSource source)
{
    private const int BatchesAtOnce = 500;

    // Looks at every file before anything is enqueued, so that a bad one loses nothing.
    public static IReadOnlyList<ParquetInfo> Inspect(IEnumerable<string> files)
    {
        try
        {
            return [.. files.Select(f => ParquetFile.Inspect(Path.GetFullPath(f)))];
        }
        catch (PermanentBatchException e)
        {
            throw new StartupException($"{e.Message} Nothing was enqueued.", ExitCodes.BadInput, e);
        }
    }

    public async Task<LoadedRun> EnqueueAsync(
        GroupKey group, SyncType syncType, IReadOnlyList<string> primaryKeys, IReadOnlyList<ParquetInfo> files, CancellationToken ct)
    {
        var run = Guid.CreateVersion7();
        var intake = new BatchIntake(source);
        var requests = files.Select((file, index) => new EnqueueRequest
        {
            Group = group,
            RunId = run,
            BatchIndex = index,
            Path = file.Path,
            IsFinal = index == files.Count - 1,
            RowCount = file.Rows,
            ByteSize = file.Bytes,
            SyncType = syncType,
            PrimaryKeys = primaryKeys.Count > 0 ? primaryKeys : null,
        });
        try
        {
            foreach (var some in requests.Chunk(BatchesAtOnce))
            {
                await intake.EnqueueManyAsync(some, ct);
            }
        }
        catch (EnqueueRefusedException e)
        {
            throw new StartupException($"{e.Message} ({e.SqlState})", ExitCodes.BadInput, e);
        }

        return new LoadedRun(group, run, files.Count, files.Sum(f => f.Rows));
    }
}
