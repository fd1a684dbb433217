using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>
/// The poller's own connection: it listens while nothing runs, and runs one query at a time. It takes no lock and touches no cursor.
/// </summary>
internal sealed class PollerConnection : IAsyncDisposable
{
    private static readonly Statement Listen = Statement.Load("listen");
    private static readonly Statement WakeDue = Statement.Load("wake_due");
    private static readonly Statement EndStaleHolders = Statement.Load("end_stale_holders");
    private static readonly Statement Candidates = Statement.Load("candidates");
    private static readonly Statement WakeUnreachable = Statement.Load("wake_unreachable");
    private static readonly Statement ReportHung = Statement.Load("report_hung");

    private readonly NpgsqlConnection _connection;

    private PollerConnection(NpgsqlConnection connection)
    {
        _connection = connection;
        connection.Notification += (_, told) => Inbox.Note(told.Payload);
    }

    public NotificationInbox Inbox { get; } = new();

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
            await _connection.WaitAsync(wait, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
    }

    public Task<List<int>> WakeDueAsync(int most, TimeSpan lookBack, CancellationToken ct) =>
        WakeDue.On(_connection, most, lookBack.TotalSeconds).AllAsync(r => r.GetInt32(0), ct);

    public Task<List<(GroupKey Group, int BackendPid)>> EndStaleHoldersAsync(TimeSpan lifetime, CancellationToken ct) =>
        EndStaleHolders.On(_connection, lifetime.TotalSeconds)
            .AllAsync(r => (new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetInt32(2)), ct);

    /// <summary>Wakes the groups that no silo could reach so far: this one has just come.</summary>
    public Task<int> WakeUnreachableAsync(short[] sinks, CancellationToken ct) =>
        WakeUnreachable.On(_connection, sinks).FirstAsync(r => r.GetInt32(0), ct);

    /// <summary>Puts on record which calls of the silo's sinks hang, and no others.</summary>
    public Task ReportHungAsync(string silo, IReadOnlyList<HungCall> hung, CancellationToken ct) =>
        ReportHung.On(
            _connection, silo, hung.Select(h => h.Group.TeamId).ToArray(), hung.Select(h => h.Group.SchemaId).ToArray(),
            hung.Select(h => h.Sink).ToArray(), hung.Select(h => h.For.TotalSeconds).ToArray())
            .FirstAsync(r => r.GetInt32(0), ct);

    /// <summary>Looks for groups to start, and whether anything else is to be done.</summary>
    public async Task<PollResult> CandidatesAsync(PollQuery query, CancellationToken ct)
    {
        var found = new PollResult();
        await Candidates.On(
                _connection, query.AfterTeam, query.LeftOut.Select(k => k.GroupId).ToArray(), query.LeftOut.Select(k => k.SinkId).ToArray(),
                query.Most, query.Sinks, query.Teams.Select(t => t.Team).ToArray(), query.Teams.Select(t => t.Slots).ToArray(),
                query.MostPerTeam ?? int.MaxValue, query.Stretches.Select(s => s.SinkId).ToArray(),
                query.Stretches.Select(s => s.AfterTeam).ToArray(), query.Stretches.Select(s => s.AfterGroup).ToArray(),
                query.Stretches.Select(s => s.ToTeam).ToArray(), query.Stretches.Select(s => s.ToGroup).ToArray(),
                query.Stretches.Select(s => s.ToId).ToArray(), TakeTold(query), query.LookBack.TotalSeconds,
                query.Stretches.Count > 0 ? query.Ended.ToArray() : [])
            .AllAsync(found.Read, ct);
        return found;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // Only what may lie in a stretch must be asked for by name; again and again where its team may have been full, as long as there are any.
    private int[] TakeTold(PollQuery query)
    {
        if (query.Stretches.Count > 0)
        {
            return Inbox.TakeForPoll(query.MostTold, keep: query.MostPerTeam is not null);
        }

        Inbox.Clear();
        return [];
    }
}
