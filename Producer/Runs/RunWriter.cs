namespace OrleansBatch.Producer.Runs;

/// <summary>
/// Writes a run batch by batch, and numbers the batches.
/// The writer keeps the newest batch back, so that the last batch with data ends the run.
/// Until the writer is disposed, its signs of life keep the run alive. A writer is for one caller at a time.
/// </summary>
public sealed class RunWriter : IAsyncDisposable
{
    private readonly BatchProducer _producer;
    private readonly RunDescription _run;
    private readonly SignOfLife _alive;
    private EnqueueRequest? _kept;
    private int _nextIndex;
    private bool _completed;

    internal RunWriter(BatchProducer producer, RunDescription run)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_producer, _run, _nextIndex) = (producer, run, run.FirstIndex);
        _alive = new SignOfLife(producer, run);
    }

    /// <summary>Gets the id of the run.</summary>
    public Guid RunId => _run.RunId;

    /// <summary>Gets a token that is cancelled once the run takes no further batches: somebody cancelled or superseded it.</summary>
    public CancellationToken RunEnded => _alive.RunEnded;

    /// <summary>
    /// Takes the run's next batch and returns its index. The next call of this writer enqueues the batch.
    /// A call that throws has not taken the batch.
    /// </summary>
    /// <param name="path">The file that holds the rows.</param>
    /// <param name="rowCount">The number of rows, or null when the number is not known.</param>
    /// <param name="byteSize">The size in bytes, or null when the size is not known.</param>
    /// <param name="metadata">Metadata for the sink, a JSON object.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EnqueueRefusedException">The batch before was refused.</exception>
    public async Task<int> WriteAsync(
        string path, long? rowCount = null, long? byteSize = null, string metadata = "{}", CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ThrowIfCompleted();
        await ReleaseAsync(cancellationToken).ConfigureAwait(false);
        _kept = Request(path) with { RowCount = rowCount, ByteSize = byteSize, Metadata = metadata };
        return _nextIndex++;
    }

    /// <summary>
    /// Enqueues the batch that is kept back at once, and returns whether there was one. For producers that pause for long.
    /// The run's end is then an entry of its own.
    /// </summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused.</exception>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken = default)
    {
        if (_kept is null)
        {
            return false;
        }

        await _producer.EnqueueAsync(_kept, cancellationToken).ConfigureAwait(false);
        _alive.Begin();
        _kept = null;
        return true;
    }

    /// <summary>
    /// Ends the run with its last batch, or with an entry of its own when none is kept back, and returns that entry's seq.
    /// A call that failed may be repeated.
    /// </summary>
    /// <exception cref="EnqueueRefusedException">The last batch or the run's end was refused.</exception>
    public async Task<long> CompleteAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        var last = (_kept ?? Request(null)) with { IsFinal = true };
        var seq = await _producer.EnqueueAsync(last, cancellationToken).ConfigureAwait(false);
        (_kept, _completed) = (null, true);
        await _alive.DisposeAsync().ConfigureAwait(false);
        return seq;
    }

    /// <summary>
    /// Stops the signs of life. A run that was not completed stays open, without the batch that is kept back.
    /// A producer that starts again may go on with the run, else the queue strands it in time.
    /// </summary>
    public ValueTask DisposeAsync() => _alive.DisposeAsync();

    private EnqueueRequest Request(string? path) => new()
    {
        TeamId = _run.TeamId,
        SchemaId = _run.SchemaId,
        RunId = _run.RunId,
        BatchIndex = _nextIndex,
        Path = path,
        SyncType = _run.SyncType,
        PrimaryKeys = _run.PrimaryKeys,
        Options = RunOptions.Of(_run),
    };

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException($"Run {RunId} is completed, so it takes no further batches.");
        }
    }
}
