using Npgsql;
using OrleansBatch.Producer.Runs;

namespace OrleansBatch.Producer;

/// <summary>
/// Enqueues in transactions of its own, and tries again after transient errors. A repeated call never enqueues twice.
/// To enqueue in a transaction of the caller's, use <see cref="NpgsqlConnectionExtensions"/>.
/// A producer holds nothing between calls and may be shared by threads.
/// </summary>
public sealed class BatchProducer
{
    private readonly NpgsqlDataSource _source;
    private readonly Retries _retries;

    /// <summary>Creates a producer.</summary>
    /// <param name="source">The source of connections, which stays the caller's.</param>
    /// <param name="options">How to deal with a database that is away for a moment, or null for the defaults.</param>
    public BatchProducer(NpgsqlDataSource source, BatchProducerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        Options = options ?? new BatchProducerOptions();
        _retries = new Retries(Options);
    }

    internal BatchProducerOptions Options { get; }

    /// <summary>Enqueues one batch and returns its seq. A known run and index return the seq of the first call.</summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused; the message says why.</exception>
    /// <exception cref="NpgsqlException">The database failed for longer than the retries last, or for another reason.</exception>
    public Task<long> EnqueueAsync(EnqueueRequest request, CancellationToken cancellationToken = default) =>
        RunAsync((connection, ct) => connection.EnqueueAsync(request, ct), cancellationToken);

    /// <summary>
    /// Enqueues all batches or none, and returns their seqs in the order given. One call is the fast way for many batches.
    /// </summary>
    /// <exception cref="EnqueueRefusedException">A batch was refused; the message says which and why.</exception>
    /// <exception cref="NpgsqlException">The database failed for longer than the retries last, or for another reason.</exception>
    public Task<IReadOnlyList<long>> EnqueueManyAsync(
        IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken = default) =>
        RunAsync((connection, ct) => connection.EnqueueManyAsync(requests, ct), cancellationToken);

    /// <summary>Seals a run without further data and returns the seq of the entry that ends it.</summary>
    /// <exception cref="EnqueueRefusedException">The run is unknown or has ended otherwise.</exception>
    /// <exception cref="NpgsqlException">The database failed for longer than the retries last, or for another reason.</exception>
    public Task<long> SealRunAsync(Guid runId, CancellationToken cancellationToken = default) =>
        RunAsync((connection, ct) => connection.SealRunAsync(runId, ct), cancellationToken);

    /// <summary>Says that the run's producer is alive, and returns whether the run still takes batches.</summary>
    /// <exception cref="NpgsqlException">The database failed for longer than the retries last, or for another reason.</exception>
    public Task<bool> RunAliveAsync(Guid runId, CancellationToken cancellationToken = default) =>
        RunAsync((connection, ct) => connection.RunAliveAsync(runId, ct), cancellationToken);

    /// <summary>Begins to write a run batch by batch; the writer numbers them and ends the run.</summary>
    public RunWriter WriteRun(RunDescription run) => new(this, run);

    private Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _retries.RunAsync(
            async ct =>
            {
                await using var connection = await _source.OpenConnectionAsync(ct).ConfigureAwait(false);
                return await call(connection, ct).ConfigureAwait(false);
            },
            cancellationToken);
}
