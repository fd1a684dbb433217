using System.Collections.Concurrent;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Support;

// A sink that does what the test says and remembers what it was asked.
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

    // Its first batch works until it is cancelled, which completes the task; later ones succeed at once.
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

    // What it says that it did with a batch: by default it took in what the producer announced.
    public Func<BatchContext, BatchResult> OnAnswer { get; set; } = context => new BatchResult { RowsApplied = context.Batch.RowCount ?? 0 };

    // What it says of each end of a run.
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
