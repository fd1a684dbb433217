using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using OrleansBatch.Producer.Runs;

namespace OrleansBatch.Producer;

/// <summary>
/// Enqueues in the transaction that is open on a connection, or in one of the call's own.
/// Batch and wakeup become visible when that transaction commits, and never when it rolls back.
/// Nothing is tried again: after an error the transaction is over, and the caller begins it anew.
/// Calls for several groups in one transaction may deadlock with others. One call to EnqueueMany can't.
/// </summary>
public static class NpgsqlConnectionExtensions
{
    private static readonly Call _enqueue = new("enqueue");
    private static readonly Call _enqueueMany = new("enqueue_many");
    private static readonly Call _sealRun = new("seal_run");
    private static readonly Call _runAlive = new("run_alive");

    /// <summary>Enqueues one batch and returns its seq. A known run and index return the seq of the first call.</summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused; the message says why.</exception>
    public static Task<long> EnqueueAsync(
        this NpgsqlConnection connection, EnqueueRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _enqueue.RunAsync<long>(
            connection, cancellationToken, Value(request.TeamId), Value(request.SchemaId), Value(request.RunId), Value(request.BatchIndex),
            Value(request.Path, NpgsqlDbType.Text), Value(request.IsFinal), Value(request.RowCount, NpgsqlDbType.Bigint),
            Value(request.ByteSize, NpgsqlDbType.Bigint), Value(request.SyncType.ToName()),
            Value(request.PrimaryKeys?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text), Value(request.Metadata, NpgsqlDbType.Jsonb),
            Value(Options(request), NpgsqlDbType.Jsonb));
    }

    /// <summary>Enqueues all batches or none, and returns their seqs in the order given.</summary>
    /// <exception cref="EnqueueRefusedException">A batch was refused; the message says which and why.</exception>
    public static async Task<IReadOnlyList<long>> EnqueueManyAsync(
        this NpgsqlConnection connection, IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return await _enqueueMany.RunAsync<long[]>(
            connection, cancellationToken, All(r => r.TeamId), All(r => r.SchemaId), All(r => r.RunId), All(r => r.BatchIndex),
            All(r => r.Path), All(r => r.IsFinal), All(r => r.RowCount), All(r => r.ByteSize), All(r => r.SyncType.ToName()),
            Json(r => r.PrimaryKeys is null ? null : JsonSerializer.Serialize(r.PrimaryKeys)), Json(r => r.Metadata), Json(Options))
            .ConfigureAwait(false);

        NpgsqlParameter All<T>(Func<EnqueueRequest, T> part) => Value(requests.Select(part).ToArray());

        NpgsqlParameter Json(Func<EnqueueRequest, string?> part) =>
            Value(requests.Select(part).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb);
    }

    /// <summary>Seals a run without further data and returns the seq of the entry that ends it.</summary>
    /// <exception cref="EnqueueRefusedException">The run is unknown or has ended otherwise.</exception>
    public static Task<long> SealRunAsync(this NpgsqlConnection connection, Guid runId, CancellationToken cancellationToken = default) =>
        _sealRun.RunAsync<long>(connection, cancellationToken, Value(runId));

    /// <summary>Says that the run's producer is alive, and returns whether the run still takes batches.</summary>
    public static Task<bool> RunAliveAsync(this NpgsqlConnection connection, Guid runId, CancellationToken cancellationToken = default) =>
        _runAlive.RunAsync<bool>(connection, cancellationToken, Value(runId));

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter Value(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static string Options(EnqueueRequest request) => RunOptions.With(request.Options, request.NullKeys, request.Lossy, request.Cdc);
}
