using System.Collections.Concurrent;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Support;

// A hook that follows the test's orders and remembers its calls.
public sealed class RecordingHook : IBatchHook, IRunHook
{
    public ConcurrentQueue<RunNotification> Finished { get; } = new();

    public ConcurrentQueue<RunNotification> Failed { get; } = new();

    public ConcurrentQueue<BatchContext> Applied { get; } = new();

    public Func<BatchContext, bool> Decide { get; set; } = _ => true;

    public Func<BatchContext, Task> OnApplied { get; set; } = _ => Task.CompletedTask;

    public Func<RunNotification, CancellationToken, Task> OnRun { get; set; } = (_, _) => Task.CompletedTask;

    public Task<bool> ShouldApplyAsync(BatchContext context, CancellationToken cancellationToken) => Task.FromResult(Decide(context));

    public Task AfterAppliedAsync(BatchContext context, CancellationToken cancellationToken)
    {
        Applied.Enqueue(context);
        return OnApplied(context);
    }

    public Task RunFinishedAsync(RunNotification notification, CancellationToken cancellationToken)
    {
        Finished.Enqueue(notification);
        return OnRun(notification, cancellationToken);
    }

    public Task RunFailedAsync(RunNotification notification, CancellationToken cancellationToken)
    {
        Failed.Enqueue(notification);
        return OnRun(notification, cancellationToken);
    }
}
