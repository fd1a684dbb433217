using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Producer;
using EnqueueRefusedException = OrleansBatch.Grains.Interfaces.Intake.EnqueueRefusedException;
using EnqueueRequest = OrleansBatch.Grains.Interfaces.Intake.EnqueueRequest;
using LossRule = OrleansBatch.Grains.Interfaces.LossRule;
using NullKeyRule = OrleansBatch.Grains.Interfaces.NullKeyRule;
using Refused = OrleansBatch.Producer.EnqueueRefusedException;
using SyncType = OrleansBatch.Grains.Interfaces.SyncType;

namespace OrleansBatch.Grains.Intake;

/// <summary>Enqueues and inspects over a pool of connections; it holds nothing between calls.</summary>
/// <param name="source">The pool; it stays the caller's.</param>
public sealed class BatchIntake(NpgsqlDataSource source)
{
    private static readonly Statement GetGroupStatement = Statement.Load("get_group");
    private static readonly Statement GetRunStatement = Statement.Load("get_run");

    private readonly BatchProducer _producer = new(source);

    /// <summary>Enqueues one batch and returns its seq.</summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused; the message says why.</exception>
    public Task<long> EnqueueAsync(EnqueueRequest request, CancellationToken cancellationToken) =>
        RefusedAsync(_producer.EnqueueAsync(ToProducer(request), cancellationToken));

    /// <summary>Enqueues all batches or none and returns their seqs in the order given.</summary>
    /// <exception cref="EnqueueRefusedException">A batch was refused; the message says which and why.</exception>
    public Task<IReadOnlyList<long>> EnqueueManyAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken) =>
        RefusedAsync(_producer.EnqueueManyAsync([.. requests.Select(ToProducer)], cancellationToken));

    /// <summary>Seals a run without further data and returns the marker's seq.</summary>
    /// <exception cref="EnqueueRefusedException">The run is unknown or has ended otherwise.</exception>
    public Task<long> SealRunAsync(Guid runId, CancellationToken cancellationToken) =>
        RefusedAsync(_producer.SealRunAsync(runId, cancellationToken));

    /// <summary>Reads a group's position in every sink.</summary>
    public async Task<IReadOnlyList<GroupStatus>> GetGroupAsync(GroupKey group, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await GetGroupStatement.On(connection, group.TeamId, group.SchemaId).AllAsync(
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
        return await GetRunStatement.On(connection, runId).AllAsync(
            r => new RunStatus(
                r.GetGuid(0), new GroupKey(r.GetInt64(1), r.GetString(2)), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6),
                r.GetInt64(7), r.NullOr<long?>(8), r.NullOr<string>(9)),
            cancellationToken);
    }

    private static async Task<T> RefusedAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (Refused e)
        {
            throw new EnqueueRefusedException(e.SqlState, e.Message);
        }
    }

    private static Producer.EnqueueRequest ToProducer(EnqueueRequest request) => new()
    {
        TeamId = request.Group.TeamId,
        SchemaId = request.Group.SchemaId,
        RunId = request.RunId,
        BatchIndex = request.BatchIndex,
        Path = request.Path,
        IsFinal = request.IsFinal,
        RowCount = request.RowCount,
        ByteSize = request.ByteSize,
        SyncType = request.SyncType switch
        {
            SyncType.Append => Producer.SyncType.Append,
            SyncType.FullRefresh => Producer.SyncType.FullRefresh,
            SyncType.Incremental => Producer.SyncType.Incremental,
            _ => Producer.SyncType.Cdc,
        },
        PrimaryKeys = request.PrimaryKeys,
        Metadata = request.Metadata,
        Options = request.Options,
        NullKeys = request.NullKeys switch
        {
            null => null,
            NullKeyRule.Keep => Producer.NullKeyRule.Keep,
            _ => Producer.NullKeyRule.Refuse,
        },
        Lossy = request.Lossy switch
        {
            null => null,
            LossRule.Round => Producer.LossRule.Round,
            _ => Producer.LossRule.Refuse,
        },
    };
}
