using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Producer;

namespace OrleansBatch.Grains.Intake;

/// <summary>Enqueues and inspects over a pool of connections; it holds nothing between calls.</summary>
/// <param name="source">The pool; it stays the caller's.</param>
public sealed class BatchIntake(NpgsqlDataSource source)
{
    private static readonly Statement _getGroupStatement = QueueStatements.Load("get_group");
    private static readonly Statement _getRunStatement = QueueStatements.Load("get_run");

    private readonly BatchProducer _producer = new(source);

    /// <summary>Enqueues one batch and returns its seq.</summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused; the message says why.</exception>
    public Task<long> EnqueueAsync(EnqueueRequest request, CancellationToken cancellationToken) =>
        _producer.EnqueueAsync(request, cancellationToken);

    /// <summary>Enqueues all batches or none and returns their seqs in the order given.</summary>
    /// <exception cref="EnqueueRefusedException">A batch was refused; the message says which and why.</exception>
    public Task<IReadOnlyList<long>> EnqueueManyAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken) =>
        _producer.EnqueueManyAsync(requests, cancellationToken);

    /// <summary>Seals a run without further data and returns the marker's seq.</summary>
    /// <exception cref="EnqueueRefusedException">The run is unknown or has ended otherwise.</exception>
    public Task<long> SealRunAsync(Guid runId, CancellationToken cancellationToken) =>
        _producer.SealRunAsync(runId, cancellationToken);

    /// <summary>Reads a group's position in every sink.</summary>
    public async Task<IReadOnlyList<GroupStatus>> GetGroupAsync(GroupKey group, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _getGroupStatement.On(connection, group.TeamId, group.SchemaId).AllAsync(
            r => new GroupStatus(
                new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6),
                r.NullOr<string>(7), r.NullOr<DateTimeOffset?>(8), r.NullOr<DateTimeOffset?>(9), r.NullOr<string>(10),
                r.NullOr<DateTimeOffset?>(11), r.NullOr<DateTimeOffset?>(12)),
            cancellationToken);
    }

    /// <summary>Reads what became of a run in every sink.</summary>
    public async Task<IReadOnlyList<RunStatus>> GetRunAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _getRunStatement.On(connection, runId).AllAsync(
            r => new RunStatus(
                r.GetGuid(0), new GroupKey(r.GetInt64(1), r.GetString(2)), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6),
                r.GetInt64(7), r.NullOr<long?>(8), r.NullOr<string>(9)),
            cancellationToken);
    }
}
