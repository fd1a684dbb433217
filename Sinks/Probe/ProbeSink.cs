using System.Diagnostics.CodeAnalysis;
using Npgsql;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Probe;

/// <summary>
/// Applies nothing, and writes down who would have applied which batch, when, at which epoch and attempt. For drills, tests and benchmarks.
/// A batch's metadata may order the probe to sleep, hang, fail or end the process.
/// </summary>
internal sealed class ProbeSink(ProbeLedger ledger, TimeProvider time) : IForgettingSink, IAsyncDisposable
{
    private readonly SemaphoreSlim _never = new(0);

    public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        try
        {
            await ObeyAsync(context, cancellationToken);

            // The probe looks into no file, and therefore repeats the number that the producer announced.
            return new BatchResult { RowsApplied = context.Batch.RowCount };
        }
        catch (NpgsqlException e)
        {
            // A batch must fail by order alone, and not because the ledger's pool holds a dead connection.
            throw new SinkNotReadyException($"The probe's ledger can't be written: {e.Message}", TimeSpan.FromSeconds(1), e);
        }
    }

    // The ledger is what the probe holds of a group. Each attempt of the group is forgotten with it.
    public async Task ForgetAsync(ForgetContext context, CancellationToken cancellationToken)
    {
        await context.EnsureOwnedAsync(cancellationToken);
        await ledger.ForgetAsync(context.Group, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _never.Dispose();
        return ledger.DisposeAsync();
    }

    private async Task ObeyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        var orders = ProbeOrders.Read(context.Batch.Metadata);
        var (id, earlier) = await ledger.StartAsync(context, cancellationToken);
        try
        {
            if (earlier < orders.CrashAttempts)
            {
                EndProcess(context);
            }

            if (orders.HangMs > 0)
            {
                Hang(orders.HangMs);
            }

            var sleep = orders.SleepMs + (earlier == 0 ? orders.FirstSleepMs : 0);
            if (sleep > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(sleep), time, cancellationToken);
            }

            if (orders.Permanent)
            {
                throw new PermanentBatchException(
                    $"Batch {context.Batch.BatchIndex} of run {context.Batch.RunId} was ordered to fail for good.");
            }

            if (context.Attempt <= orders.FailAttempts)
            {
                throw new InvalidOperationException($"Attempt {context.Attempt} was ordered to fail.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            await ledger.FinishAsync(id, "succeeded");
        }
        catch (Exception e)
        {
            await ledger.FinishAsync(id, e switch
            {
                OperationCanceledException => "cancelled",
                PermanentBatchException => "permanent",
                _ => "failed",
            });
            throw;
        }
    }

    // Blocks the thread on purpose: a sink that hangs must not keep anything else from running.
    private void Hang(int milliseconds) => _never.Wait(milliseconds, CancellationToken.None);

    [DoesNotReturn]
    private static void EndProcess(BatchContext context) =>
        Environment.FailFast($"Batch {context.Batch.BatchIndex} of run {context.Batch.RunId} was ordered to end the process.");
}
