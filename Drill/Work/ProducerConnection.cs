using Npgsql;
using OrleansBatch.Producer;

namespace OrleansBatch.Drill.Work;

// Enqueues as a careful producer does: a call without an answer is repeated until there is one.
internal sealed class ProducerConnection(NpgsqlDataSource source, WorkLog log, InputFiles? files = null)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    // Enqueues the batches in one transaction, and returns false when they were refused. The token ends the repeating.
    public async Task<bool> EnqueueAsync(IReadOnlyList<PlannedBatch> batches, bool many, CancellationToken ct)
    {
        WriteFiles(batches);
        var seqs = await RepeatAsync(connection => many ? ManyAsync(connection, batches) : EachAsync(connection, batches), ct);
        if (seqs.Answer is { } answer)
        {
            foreach (var (batch, seq) in batches.Zip(answer))
            {
                log.Committed(batch, seq);
            }
        }
        else if (seqs.Refused)
        {
            log.RefusedOne(batches.Count);
        }
        else
        {
            foreach (var batch in batches)
            {
                log.Uncertain(batch);
            }
        }

        return seqs.Answer is not null;
    }

    // A known batch is answered with the seq of its first call, also after its run has failed.
    public async Task RepeatAsync(PlannedBatch batch, CancellationToken ct)
    {
        var (answer, refused) = await RepeatAsync(connection => EachAsync(connection, [batch]), ct);
        if (answer is not null || refused)
        {
            log.Repeated(batch, answer?[0]);
        }
    }

    // A run that ends without a batch: a full refresh of this kind empties the table.
    public Task EndEmptyAsync(PlannedRun run, CancellationToken ct)
    {
        var request = new PlannedBatch(run, 0, "", IsFinal: true, 0, 0, Permanent: false).Request with { Path = null };
        return RepeatAsync(async c => [await c.EnqueueAsync(request, CancellationToken.None)], ct);
    }

    public async Task SealAsync(Guid run, CancellationToken ct) =>
        await RepeatAsync(async c => [await c.SealRunAsync(run, CancellationToken.None)], ct);

    public async Task RollBackAsync(IReadOnlyList<PlannedBatch> batches)
    {
        WriteFiles(batches);
        foreach (var batch in batches)
        {
            log.RolledBackPaths.Add(batch.Path);
        }

        try
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await EachAsync(connection, batches);
            await transaction.RollbackAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or EnqueueRefusedException)
        {
            // The transaction was not committed, whatever ended it.
        }
    }

    private void WriteFiles(IReadOnlyList<PlannedBatch> batches)
    {
        if (files is not null)
        {
            foreach (var batch in batches)
            {
                log.Contents[(batch.Run.RunId, batch.Index)] = batch.Ids;
                files.Write(batch);
            }
        }
    }

    private async Task<(long[]? Answer, bool Refused)> RepeatAsync(Func<NpgsqlConnection, Task<long[]>> call, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                var answer = await call(connection);
                await transaction.CommitAsync(CancellationToken.None);
                return (answer, false);
            }
            catch (EnqueueRefusedException)
            {
                return (null, true);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(_pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return (null, false);
    }

    private static async Task<long[]> EachAsync(NpgsqlConnection connection, IReadOnlyList<PlannedBatch> batches)
    {
        var seqs = new long[batches.Count];
        foreach (var (batch, n) in batches.Select((b, n) => (b, n)))
        {
            seqs[n] = await connection.EnqueueAsync(batch.Request, CancellationToken.None);
        }

        return seqs;
    }

    private static async Task<long[]> ManyAsync(NpgsqlConnection connection, IReadOnlyList<PlannedBatch> batches) =>
        [.. await connection.EnqueueManyAsync([.. batches.Select(b => b.Request)], CancellationToken.None)];
}
