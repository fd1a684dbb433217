using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Cancels one call of a sink after the sink's time-out, if it has one. A sink that ignores that keeps its lock until it returns.
/// </summary>
internal sealed class BatchTimeout : IDisposable
{
    private readonly string _sink;
    private readonly TimeSpan _after;
    private readonly CancellationTokenSource? _limit;
    private readonly CancellationTokenSource? _either;

    // The parameter longer says how much later than the call its last batch may begin.
    public BatchTimeout(OrleansBatchOptions options, string sink, TimeProvider time, CancellationToken cancelled, TimeSpan longer = default)
    {
        _sink = sink;
        Token = cancelled;
        if (options.BatchTimeouts.TryGetValue(sink, out _after))
        {
            _limit = new CancellationTokenSource(_after + longer, time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancelled);
            Token = _either.Token;
        }
    }

    /// <summary>Gets the token of the call.</summary>
    public CancellationToken Token { get; }

    /// <summary>Names the time-out as the cause of the error; what the sink itself says of the batch or of its state stands.</summary>
    public Exception? Explain(Exception? error) =>
        error is null or PermanentBatchException or SinkNotReadyException or BatchUnreachableException
            || _limit is not { IsCancellationRequested: true }
            ? error
            : new BatchTimedOutException(_sink, _after, error);

    public void Dispose()
    {
        _either?.Dispose();
        _limit?.Dispose();
    }
}

/// <summary>Says that a batch was cancelled because it took too long.</summary>
internal sealed class BatchTimedOutException(string sink, TimeSpan after, Exception innerException)
    : Exception($"It took longer than {after}, the time-out of sink {sink}, and was cancelled.", innerException);
