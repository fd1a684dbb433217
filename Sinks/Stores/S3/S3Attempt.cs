namespace OrleansBatch.Sinks.Stores.S3;

// One attempt of a call. An attempt that gives no answer ends by itself, and one that moves bytes gets new time.
internal sealed class S3Attempt : IDisposable
{
    private readonly TimeSpan _time;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;

    public S3Attempt(S3StoreOptions options, CancellationToken cancellationToken)
    {
        _time = options.Timeout;
        _timeout = new CancellationTokenSource(options.Timeout, options.Time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _timeout.Token);
    }

    public CancellationToken Token => _either.Token;

    public void HasMoved() => _timeout.CancelAfter(_time);

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }
}
