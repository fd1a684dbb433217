using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Intake;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Intake;

/// <summary>Enqueues and inspects over a pool of connections; it holds nothing between calls.</summary>
/// <param name="source">The pool; it stays the caller's.</param>
public sealed class BatchIntake(NpgsqlDataSource source)
{
    private static readonly Statement EnqueueStatement = Statement.Load("enqueue");
    private static readonly Statement EnqueueManyStatement = Statement.Load("enqueue_many");
    private static readonly Statement SealRunStatement = Statement.Load("seal_run");
    private static readonly Statement GetGroupStatement = Statement.Load("get_group");
    private static readonly Statement GetRunStatement = Statement.Load("get_run");

    /// <summary>Enqueues one batch and returns its seq.</summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused; the message says why.</exception>
    public async Task<long> EnqueueAsync(EnqueueRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await RefusedAsync(EnqueueStatement.On(
            connection, request.Group.TeamId, request.Group.SchemaId, request.RunId, request.BatchIndex, request.Path, request.IsFinal,
            request.RowCount, request.ByteSize, Text(request.SyncType), request.PrimaryKeys?.ToArray(), request.Metadata, request.Options)
            .FirstAsync(r => r.GetInt64(0), cancellationToken));
    }

    /// <summary>Enqueues all batches or none and returns their seqs in the order given.</summary>
    /// <exception cref="EnqueueRefusedException">A batch was refused; the message says which and why.</exception>
    public async Task<IReadOnlyList<long>> EnqueueManyAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken)
    {
        var batches = new JsonArray([.. requests.Select(ToJson)]);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return (await RefusedAsync(EnqueueManyStatement.On(connection, batches.ToJsonString())
            .FirstAsync(r => r.GetFieldValue<long[]>(0), cancellationToken)))!;
    }

    /// <summary>Seals a run without further data and returns the marker's seq.</summary>
    /// <exception cref="EnqueueRefusedException">The run is unknown or has ended otherwise.</exception>
    public async Task<long> SealRunAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await RefusedAsync(SealRunStatement.On(connection, runId).FirstAsync(r => r.GetInt64(0), cancellationToken));
    }

    /// <summary>Reads a group's position in every sink.</summary>
    public async Task<IReadOnlyList<GroupStatus>> GetGroupAsync(GroupKey group, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await GetGroupStatement.On(connection, group.TeamId, group.SchemaId).AllAsync(
            r => new GroupStatus(
                new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6),
                r.NullOr<string>(7), r.NullOr<DateTimeOffset?>(8), r.NullOr<DateTimeOffset?>(9), r.NullOr<string>(10),
                r.NullOr<DateTimeOffset?>(11)),
            cancellationToken);
    }

    /// <summary>Reads what became of a run in every sink.</summary>
    public async Task<IReadOnlyList<RunStatus>> GetRunAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await GetRunStatement.On(connection, runId).AllAsync(
            r => new RunStatus(
                r.GetGuid(0), new GroupKey(r.GetInt64(1), r.GetString(2)), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6),
                r.GetInt64(7), r.GetInt64(8), r.NullOr<string>(9)),
            cancellationToken);
    }

    private static async Task<T> RefusedAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("OB", StringComparison.Ordinal))
        {
            throw new EnqueueRefusedException(e.SqlState, e.Hint is null ? e.MessageText : $"{e.MessageText} {e.Hint}");
        }
    }

    private static JsonObject ToJson(EnqueueRequest request) => new()
    {
        ["team_id"] = request.Group.TeamId,
        ["schema_id"] = request.Group.SchemaId,
        ["run_id"] = request.RunId,
        ["batch_index"] = request.BatchIndex,
        ["path"] = request.Path,
        ["is_final"] = request.IsFinal,
        ["row_count"] = request.RowCount,
        ["byte_size"] = request.ByteSize,
        ["sync_type"] = Text(request.SyncType),
        ["primary_keys"] = JsonSerializer.SerializeToNode(request.PrimaryKeys),
        ["metadata"] = JsonNode.Parse(request.Metadata),
        ["options"] = JsonNode.Parse(request.Options),
    };

    private static string Text(SyncType syncType) => syncType switch
    {
        SyncType.Append => "append",
        SyncType.FullRefresh => "full_refresh",
        SyncType.Incremental => "incremental",
        _ => "cdc",
    };
}
