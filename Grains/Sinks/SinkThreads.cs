namespace OrleansBatch.Grains.Sinks;

/// <summary>
/// The threads that sinks run on, as many as slots. A sink may block its thread, also after an await: its continuations come back here.
/// On the shared thread pool sixteen blocking calls would keep heartbeats from running.
/// </summary>
internal sealed class SinkThreads : TaskScheduler, IDisposable
{
    // Waited for by Monitor.Wait, which sleeps at once: a blocking collection spins first, which took a tenth of the silo's processor time.
    private readonly Queue<Task> _work = [];
    private readonly List<Thread> _threads = [];
    private bool _closed;

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

    /// <summary>Ends the threads once what is queued has run.</summary>
    public void Dispose()
    {
        lock (_work)
        {
            _closed = true;
            Monitor.PulseAll(_work);
        }
    }

    /// <exception cref="ObjectDisposedException">The silo has stopped.</exception>
    protected override void QueueTask(Task task)
    {
        lock (_work)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _work.Enqueue(task);
            Monitor.Pulse(_work);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _threads.Contains(Thread.CurrentThread) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_work)
        {
            return [.. _work];
        }
    }

    private void Work()
    {
        while (Next() is { } task)
        {
            TryExecuteTask(task);
        }
    }

    private Task? Next()
    {
        lock (_work)
        {
            while (_work.Count == 0 && !_closed)
            {
                Monitor.Wait(_work);
            }

            return _work.TryDequeue(out var task) ? task : null;
        }
    }
}
