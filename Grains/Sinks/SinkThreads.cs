namespace OrleansBatch.Grains.Sinks;

/// <summary>
/// The threads that sinks run on, as many as slots. A sink may block its thread, also after an await: its continuations come back here.
/// On the shared thread pool sixteen blocking calls would keep heartbeats from running.
/// </summary>
internal sealed class SinkThreads : TaskScheduler, IDisposable
{
    private readonly Queue<Task> _work = [];
    private readonly List<Thread> _threads = [];

    // The thread that worked last takes the next call, because its heap is warm. DuckDB was a fifth slower when sixteen threads took turns.
    private readonly Stack<Waiter> _idle = [];
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
            while (_idle.TryPop(out var waiter))
            {
                waiter.Give(null);
            }
        }
    }

    /// <exception cref="ObjectDisposedException">The silo has stopped.</exception>
    protected override void QueueTask(Task task)
    {
        lock (_work)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_idle.TryPop(out var waiter))
            {
                waiter.Give(task);
            }
            else
            {
                _work.Enqueue(task);
            }
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
        var waiter = new Waiter();
        while (Next(waiter) is { } task)
        {
            TryExecuteTask(task);
        }
    }

    private Task? Next(Waiter waiter)
    {
        lock (_work)
        {
            if (_work.TryDequeue(out var task))
            {
                return task;
            }

            if (_closed)
            {
                return null;
            }

            _idle.Push(waiter);
        }

        return waiter.Wait();
    }

    // Lets one thread wait. Monitor.Wait sleeps at once; a queue that spins first took a tenth of the silo's processor time.
    private sealed class Waiter
    {
        private bool _isGiven;
        private Task? _task;

        // Null ends the thread.
        public void Give(Task? task)
        {
            lock (this)
            {
                (_isGiven, _task) = (true, task);
                Monitor.Pulse(this);
            }
        }

        public Task? Wait()
        {
            lock (this)
            {
                while (!_isGiven)
                {
                    Monitor.Wait(this);
                }

                _isGiven = false;
                return _task;
            }
        }
    }
}
