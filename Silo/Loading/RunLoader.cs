using Npgsql;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Producer;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Loading;

// Enqueues Parquet files as one run of a group, in the order given. Batches that are there already stay as they are.
internal sealed class RunLoader(NpgsqlDataSource source)
{
    private const int BatchesAtOnce = 500;

    // Every file is looked at before anything is enqueued, so that a bad file loses nothing.
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

    // The first batches go into the caller's transaction, so that the run and the caller's other writes appear together.
    public static async Task BeginAsync(NpgsqlTransaction transaction, LoadCall call, Guid run, CancellationToken ct)
    {
        try
        {
            await transaction.EnqueueManyAsync([.. call.Requests(run).Take(BatchesAtOnce)], ct);
        }
        catch (EnqueueRefusedException e)
        {
            throw Refusal(e);
        }
    }

    public async Task<LoadedRun> EnqueueAsync(LoadCall call, Guid run, CancellationToken ct)
    {
        var producer = new BatchProducer(source);
        try
        {
            foreach (var some in call.Requests(run).Chunk(BatchesAtOnce))
            {
                await producer.EnqueueManyAsync(some, ct);
            }
        }
        catch (EnqueueRefusedException e)
        {
            throw Refusal(e);
        }

        return new LoadedRun(call.Group, run, call.Files.Count, call.Rows);
    }

    private static StartupException Refusal(EnqueueRefusedException e) =>
        new($"{CommandWords.Of(e.Message)} ({e.SqlState})", ExitCodes.BadInput, e);
}
