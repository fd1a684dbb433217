using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>
/// The poller's own connection: it listens while nothing runs, and runs one query at a time. The connection takes no lock and touches no
/// cursor.
/// </summary>
internal sealed class PollerConnection : IAsyncDisposable
{
    private static readonly Statement _listen = QueueStatements.Load("listen");
    private static readonly Statement _wakeDue = QueueStatements.Load("wake_due");
    private static readonly Statement _endStaleHolders = QueueStatements.Load("end_stale_holders");
    private static readonly Statement _candidates = QueueStatements.Load("candidates");
    private static readonly Statement _wakeUnreachable = QueueStatements.Load("wake_unreachable");
    private static readonly Statement _reportHung = QueueStatements.Load("report_hung");

    private readonly NpgsqlConnection _connection;

    private PollerConnection(NpgsqlConnection connection)
    {
        _connection = connection;
        connection.Notification += (_, notification) => Inbox.Note(notification.Payload);
    }

    public NotificationInbox Inbox { get; } = new();

    public static async Task<PollerConnection> OpenAsync(EngineDataSources sources, CancellationToken cancellationToken)
    {
        var connection = await sources.Poller.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var listen = _listen.On(connection);
            await listen.ExecuteNonQueryAsync(cancellationToken);
            return new PollerConnection(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a notification, for the time given, or until cancelled; the connection is free for queries afterwards.</summary>
    public async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.WaitAsync(wait, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    public Task<List<int>> WakeDueAsync(int most, TimeSpan lookBack, CancellationToken cancellationToken) =>
        _wakeDue.On(_connection, most, lookBack.TotalSeconds).AllAsync(r => r.GetInt32(0), cancellationToken);

    public Task<List<(GroupKey Group, int BackendPid)>> EndStaleHoldersAsync(TimeSpan lifetime, CancellationToken cancellationToken) =>
        _endStaleHolders.On(_connection, lifetime.TotalSeconds)
            .AllAsync(r => (new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetInt32(2)), cancellationToken);

    /// <summary>Wakes the groups that no silo could reach so far: this one has just come.</summary>
    public Task<int> WakeUnreachableAsync(short[] sinks, CancellationToken cancellationToken) =>
        _wakeUnreachable.On(_connection, sinks).FirstAsync(r => r.GetInt32(0), cancellationToken);

    /// <summary>Puts on record which calls of the silo's sinks hang, and no others.</summary>
    public Task ReportHungAsync(string silo, IReadOnlyList<HungCall> hung, CancellationToken cancellationToken) =>
        _reportHung.On(
            _connection, silo, hung.Select(h => h.Group.TeamId).ToArray(), hung.Select(h => h.Group.SchemaId).ToArray(),
            hung.Select(h => h.Sink).ToArray(), hung.Select(h => h.For.TotalSeconds).ToArray())
            .FirstAsync(r => r.GetInt32(0), cancellationToken);

    /// <summary>Looks for groups to start, and whether anything else is to be done.</summary>
    public async Task<PollResult> CandidatesAsync(PollQuery query, CancellationToken cancellationToken)
    {
        var found = new PollResult();
        var (leftOut, teams, stretches) = (query.LeftOut, query.Teams, query.Stretches);
        await _candidates.On(
            _connection,
            _candidates.Named(
                ("after_team", query.AfterTeam),
                ("left_out_groups", leftOut.Select(k => k.GroupId).ToArray()),
                ("left_out_sinks", leftOut.Select(k => k.SinkId).ToArray()),
                ("most", query.MaxGroups),
                ("served_sinks", query.Sinks),
                ("busy_teams", teams.Select(t => t.Team).ToArray()),
                ("busy_slots", teams.Select(t => t.Slots).ToArray()),
                ("most_of_team", query.MaxPerTeam ?? int.MaxValue),
                ("stretch_sinks", stretches.Select(s => s.SinkId).ToArray()),
                ("stretch_after_teams", stretches.Select(s => s.AfterTeam).ToArray()),
                ("stretch_after_groups", stretches.Select(s => s.AfterGroup).ToArray()),
                ("stretch_to_teams", stretches.Select(s => s.ToTeam).ToArray()),
                ("stretch_to_groups", stretches.Select(s => s.ToGroup).ToArray()),
                ("stretch_to_ids", stretches.Select(s => s.ToId).ToArray()),
                ("notified_groups", TakeNotified(query)),
                ("look_back_seconds", query.LookBack.TotalSeconds),
                ("ended_groups", stretches.Count > 0 ? query.Ended.ToArray() : [])))
            .AllAsync(found.Read, cancellationToken);
        return found;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // The statement finds every group by itself that lies in no stretch. The others are asked for by name; where teams are limited they are
    // asked for again, because their team may have been full.
    private int[] TakeNotified(PollQuery query)
    {
        if (query.Stretches.Count > 0)
        {
            return Inbox.TakeForPoll(query.MaxNotified, keep: query.MaxPerTeam is not null);
        }

        Inbox.Clear();
        return [];
    }
}
