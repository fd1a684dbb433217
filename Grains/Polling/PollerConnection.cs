using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>
/// The poller's own connection: it listens while nothing runs, and runs one query at a time. It takes no lock and touches no cursor.
/// </summary>
internal sealed class PollerConnection(NpgsqlConnection connection) : IAsyncDisposable
{
    private static readonly Statement Listen = Statement.Load("listen");
    private static readonly Statement Held = Statement.Load("held");
    private static readonly Statement WakeDue = Statement.Load("wake_due");
    private static readonly Statement EndStaleHolders = Statement.Load("end_stale_holders");
    private static readonly Statement Candidates = Statement.Load("candidates");

    public static async Task<PollerConnection> OpenAsync(EngineDataSources sources, CancellationToken ct)
    {
        var connection = await sources.Poller.OpenConnectionAsync(ct);
        try
        {
            await using var listen = Listen.On(connection);
            await listen.ExecuteNonQueryAsync(ct);
            return new PollerConnection(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a notification, for the time given, or until cancelled; the connection is free for queries afterwards.</summary>
    public async Task WaitAsync(TimeSpan wait, CancellationToken ct)
    {
        try
        {
            await connection.WaitAsync(wait, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
    }

    public Task<List<LockKey>> HeldAsync(CancellationToken ct) =>
        Held.On(connection).AllAsync(r => new LockKey(r.GetInt16(1), r.GetInt32(0)), ct);

    public Task<int> WakeDueAsync(int most, CancellationToken ct) => WakeDue.On(connection, most).FirstAsync(r => r.GetInt32(0), ct);

    public Task<List<(GroupKey Group, int BackendPid)>> EndStaleHoldersAsync(TimeSpan lifetime, CancellationToken ct) =>
        EndStaleHolders.On(connection, lifetime.TotalSeconds)
            .AllAsync(r => (new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetInt32(2)), ct);

    public Task<List<Candidate>> CandidatesAsync(
        long afterTeam, IReadOnlyCollection<LockKey> leftOut, int most, short[] sinks, CancellationToken ct) =>
        Candidates.On(
                connection, afterTeam, leftOut.Select(k => k.GroupId).ToArray(), leftOut.Select(k => k.SinkId).ToArray(), most,
                most + leftOut.Count, sinks)
            .AllAsync(r => new Candidate(new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetInt32(2), r.GetInt16(3)), ct);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
