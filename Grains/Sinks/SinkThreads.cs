using System.Collections.Concurrent;

namespace OrleansBatch.Grains.Sinks;

/// <summary>
/// The threads that sinks run on, as many as slots. A sink may block its thread, also after an await: its continuations come back here.
/// On the shared thread pool sixteen blocking calls would keep heartbeats from running.
/// </summary>
internal sealed class SinkThreads : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _work = [];
    private readonly List<Thread> _threads = [];

    public SinkThreads(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var thread = new Thread(Work) { IsBackground = true, Name = $"batch-sink-{i}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    public override int MaximumConcurrencyLevel => _threads.Count;

    /// <summary>Runs a sink's call on one of the threads.</summary>
    public Task RunAsync(Func<Task> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    public void Dispose() => _work.CompleteAdding();

    protected override void QueueTask(Task task) => _work.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _threads.Contains(Thread.CurrentThread) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _work];

    private void Work()
    {
        foreach (var task in _work.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }
}
