using System.Collections.Concurrent;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Support;

// A sink that follows the test's orders and remembers its calls.
public sealed class RecordingSink : IRunSink, ITenureSink
{
    public const string Name = "recording";

    public bool IsIdempotent { get; init; }

    public ConcurrentQueue<BatchContext> Applied { get; } = new();

    public ConcurrentQueue<RunEndContext> Ended { get; } = new();

    public ConcurrentQueue<GroupKey> Released { get; } = new();

    public Func<BatchContext, CancellationToken, Task> OnApply { get; set; } = (_, _) => Task.CompletedTask;

    public Func<RunEndContext, CancellationToken, Task> OnEnd { get; set; } = (_, _) => Task.CompletedTask;

    public Func<CancellationToken, Task> OnRelease { get; set; } = _ => Task.CompletedTask;

    // The sink's first batch works until it is cancelled, which completes the task. Later batches succeed at once.
    public static RecordingSink HangingOnce(out Task cancelled)
    {
        var source = new TaskCompletionSource();
        var sink = new RecordingSink();
        sink.OnApply = async (_, ct) =>
        {
            if (sink.Applied.Count == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ContinueWith(_ => source.SetResult(), TaskScheduler.Default);
            }
        };
        cancelled = source.Task;
        return sink;
    }

    // The sink's result of a batch. By default the sink took in the number that the producer announced.
    public Func<BatchContext, BatchResult> OnAnswer { get; set; } = context =>
        new BatchResult { RowsApplied = context.Batch.RowCount ?? 0 };

    // The sink's notes on each end of a run.
    public IReadOnlyList<string> Notes { get; set; } = [];

    public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        Applied.Enqueue(context);
        await OnApply(context, cancellationToken);
        return OnAnswer(context);
    }

    public async Task<RunEndResult> EndRunAsync(RunEndContext context, CancellationToken cancellationToken)
    {
        Ended.Enqueue(context);
        await OnEnd(context, cancellationToken);
        return new RunEndResult { Notes = Notes };
    }

    public Task ReleaseAsync(GroupKey group, CancellationToken cancellationToken)
    {
        Released.Enqueue(group);
        return OnRelease(cancellationToken);
    }
}
