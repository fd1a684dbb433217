using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Support;

// A sink that applies a window in one transaction, and forgets the begun batches when it fails.
public sealed class TransactionalSink : IWindowSink, IRunSink
{
    public bool IsIdempotent => true;

    public ConcurrentQueue<BatchContext> Begun { get; } = new();

    public ConcurrentQueue<BatchContext> Applied { get; } = new();

    public ConcurrentQueue<(long From, long To)> Windows { get; } = new();

    public ConcurrentQueue<RunEndContext> Ended { get; } = new();

    public Func<BatchContext, CancellationToken, Task> OnApply { get; set; } = (_, _) => Task.CompletedTask;

    public Func<RunEndContext, Task> OnEnd { get; set; } = _ => Task.CompletedTask;

    // The number of applied batches that the sink answers for a window.
    public Func<int, int> OnAnswer { get; set; } = applied => applied;

    // The sink's result of a batch.
    public Func<BatchContext, BatchResult> ResultOf { get; set; } = context =>
        new BatchResult { RowsApplied = context.Batch.RowCount ?? 0 };

    // The sink's notes on each end of a run.
    public IReadOnlyList<string> Notes { get; set; } = [];

    public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        await BeginAsync(context, cancellationToken);
        Applied.Enqueue(context);
        return ResultOf(context);
    }

    public async Task<IReadOnlyList<BatchResult>> ApplyWindowAsync(
        IReadOnlyList<BatchContext> batches, TimeSpan enough, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.StartNew();
        var applied = 0;
        do
        {
            await BeginAsync(batches[applied], cancellationToken);
            applied++;
        }
        while (applied < batches.Count && begun.Elapsed < enough);

        foreach (var batch in batches.Take(applied))
        {
            Applied.Enqueue(batch);
        }

        Windows.Enqueue((batches[0].Batch.Seq, batches[applied - 1].Batch.Seq));
        return [.. Enumerable.Range(0, OnAnswer(applied)).Select(i => i < batches.Count ? ResultOf(batches[i]) : BatchResult.NotCounted)];
    }

    public async Task<RunEndResult> EndRunAsync(RunEndContext context, CancellationToken cancellationToken)
    {
        Ended.Enqueue(context);
        await OnEnd(context);
        return new RunEndResult { Notes = Notes };
    }

    private Task BeginAsync(BatchContext context, CancellationToken cancellationToken)
    {
        Begun.Enqueue(context);
        return OnApply(context, cancellationToken);
    }
}
