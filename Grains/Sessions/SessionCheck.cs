using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// Finds out whether an open connection has a session of its own, which a group's lock needs: two connections must have two backends, and
/// keep them and what was set on them from statement to statement.
/// </summary>
public static class SessionCheck
{
    private const int Seconds = 10;

    private static readonly Statement _markSession = QueueStatements.Load("mark_session");

    // No regular turns: a pooler that hands its sessions out in turn would meet each connection with the same one again.
    private static readonly int[] _turns = [0, 1, 0, 0, 1, 1, 0, 1];

    /// <summary>Opens two connections for a moment and refuses a pooler that shares sessions between them.</summary>
    /// <param name="connectionString">The database, which need not be migrated.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="PooledSessionException">Connections have no sessions of their own.</exception>
    /// <exception cref="NpgsqlException">The database can't be reached.</exception>
    public static async Task RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        // None of the settings of the engine's own sessions: behind a pooler they would stay on sessions that others use. No prepared
        // statements either: they would fail there before the reason is found.
        var plain = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "orleans-batch-check",
            Pooling = false,
            Timeout = Seconds,
            CommandTimeout = Seconds,
            MaxAutoPrepare = 0,
        }.ConnectionString).ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        await using var source = plain.Build();
        await using var first = await source.OpenConnectionAsync(cancellationToken);
        var backend = (await MarkAsync(first, "0", cancellationToken)).Backend;
        try
        {
            await using var second = await source.OpenConnectionAsync(cancellationToken);
            await CompareAsync([first, second], [backend, (await MarkAsync(second, "1", cancellationToken)).Backend], cancellationToken);
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException)
        {
            throw new PooledSessionException($"A second connection got no answer within {Seconds} s while a first one was open", e);
        }
    }

    private static async Task CompareAsync(NpgsqlConnection[] connections, int[] backends, CancellationToken cancellationToken)
    {
        if (backends[0] == backends[1])
        {
            throw new PooledSessionException($"Two open connections are served by one backend ({backends[0]})");
        }

        foreach (var turn in _turns)
        {
            var mark = turn == 0 ? "0" : "1";
            var (backend, found) = await MarkAsync(connections[turn], mark, cancellationToken);
            if (backend != backends[turn])
            {
                throw new PooledSessionException($"An open connection went from backend {backends[turn]} to {backend}");
            }

            if (found != mark)
            {
                throw new PooledSessionException($"A setting of an open connection was changed by somebody else on backend {backend}");
            }
        }
    }

    private static Task<(int Backend, string? Mark)> MarkAsync(
        NpgsqlConnection connection, string mark, CancellationToken cancellationToken) =>
        _markSession.On(connection, mark).FirstAsync(r => (r.GetInt32(0), r.NullOr<string>(1)), cancellationToken);
}
