using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Probe;

/// <summary>The probe without its ledger, at next to no cost, so that benchmarks measure the engine alone.</summary>
internal sealed class NoOpProbeSink(ProbeStarts? starts, TimeProvider time) : IForgettingSink, IDisposable
{
    private const string NoOrders = "{}";

    public bool IsIdempotent => true;

    public Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        starts?.Add(context.Batch.RunId, context.Batch.BatchIndex, time.GetTimestamp());
        var result = Task.FromResult(new BatchResult { RowsApplied = context.Batch.RowCount });
        if (context.Batch.Metadata == NoOrders)
        {
            return result;
        }

        // The wait blocks its thread, as a sink may.
        // The pool's timers wake up to 2 ms late, which a benchmark would take for the engine's time.
        var sleep = ProbeOrders.Read(context.Batch.Metadata).SleepMs;
        return sleep > 0 && cancellationToken.WaitHandle.WaitOne(sleep)
            ? Task.FromCanceled<BatchResult>(cancellationToken)
            : result;
    }

    // Nothing is written down, so nothing is to be removed.
    public Task ForgetAsync(ForgetContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => starts?.Dispose();
}
