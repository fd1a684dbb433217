using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// One connection with one user: statements go through a gate, one at a time. After any error the session is broken for good: it is
/// never used again, and closing it gives its lock back.
/// </summary>
internal sealed class GroupSession(NpgsqlConnection connection, BootClock clock) : IAsyncDisposable
{
    private static readonly Statement _lockStatement = QueueStatements.Load("lock");
    private static readonly Statement _unlockStatement = QueueStatements.Load("unlock");
    private static readonly Statement _unlockReleased = QueueStatements.Load("unlock_released");

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile bool _broken;
    private Exception? _brokenBy;
    private bool _locked;
    private long _confirmedAt = clock.GetTimestamp();
    private long _usedAt = clock.GetTimestamp();

    /// <summary>Gets a value indicating whether the session may serve another tenure.</summary>
    public bool IsClean => !_broken && !_locked && connection.FullState == System.Data.ConnectionState.Open;

    /// <summary>Gets how long ago the last statement ended.</summary>
    public TimeSpan IdleFor => clock.GetElapsedTime(Volatile.Read(ref _usedAt));

    /// <summary>Gets how long ago the last statement that succeeded was sent.</summary>
    public TimeSpan UnconfirmedFor => clock.GetElapsedTime(Volatile.Read(ref _confirmedAt));

    public async Task<bool> TryLockAsync(LockKey key, CancellationToken cancellationToken)
    {
        // Set before the answer: when it is lost, the lock may be held.
        _locked = true;
        _locked = await FirstAsync(_lockStatement, r => r.GetBoolean(0), cancellationToken, key.Namespace, key.GroupId);
        return _locked;
    }

    /// <summary>Runs a statement that takes the lock itself and returns no row when it is held elsewhere.</summary>
    public async Task<List<T>> LockAndAllAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken, params object[] arguments)
    {
        await _gate.WaitAsync(cancellationToken);

        // Set before the answer: when it is lost, the lock may be held.
        _locked = true;
        var rows = await InGateAsync(() => statement.On(connection, arguments).AllAsync(read, CancellationToken.None));
        _locked = rows.Count > 0;
        return rows;
    }

    /// <summary>
    /// Runs a statement that may give the group up, and sends the unlock without waiting for its answer. The unlock takes effect only
    /// when the statement gave the group up and has committed: the barrier between them ends the first one's transaction.
    /// </summary>
    public async Task<List<T>> AllAndUnlockReleasedAsync<T>(
        LockKey key, Statement statement, Func<Row, T> read, Func<List<T>, bool> isReleased, params object[] arguments)
    {
        await _gate.WaitAsync(CancellationToken.None);
        return await InGateAsync(async () =>
        {
            await using var pipeline = new NpgsqlBatch(connection) { EnableErrorBarriers = true };
            statement.In(pipeline, arguments);
            _unlockReleased.In(pipeline, key.Namespace, key.GroupId);
            await using var reader = await pipeline.ExecuteReaderAsync(CancellationToken.None);
            var rows = await reader.RestAsync(read, CancellationToken.None);
            await reader.NextResultAsync(CancellationToken.None);
            var unlocked = await reader.ReadAsync(CancellationToken.None) && reader.GetBoolean(0);
            _locked = !unlocked;
            _broken |= isReleased(rows) && !unlocked;
            return rows;
        });
    }

    /// <summary>Runs a statement when the connection is free and reads all its rows.</summary>
    public async Task<List<T>> AllAsync<T>(Statement statement, Func<Row, T> read, params object[] arguments)
    {
        await _gate.WaitAsync(CancellationToken.None);
        return await InGateAsync(() => statement.On(connection, arguments).AllAsync(read, CancellationToken.None));
    }

    /// <summary>Gives the lock back, once and verified; a session whose unlock is in doubt is broken and will be closed.</summary>
    public async Task UnlockAsync(LockKey key, CancellationToken cancellationToken)
    {
        if (!_locked)
        {
            return;
        }

        var released = await FirstAsync(_unlockStatement, r => r.GetBoolean(0), cancellationToken, key.Namespace, key.GroupId);
        _locked = false;
        _broken |= !released;
    }

    /// <summary>Runs a statement when the connection is free and reads its first row.</summary>
    public async Task<T?> FirstAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken, params object[] arguments)
    {
        await _gate.WaitAsync(cancellationToken);
        return await RunInGateAsync(statement, read, arguments);
    }

    /// <summary>Runs a statement unless another one is under way, which is a sign of life as good as this one.</summary>
    public async Task<(bool Ran, T? Row)> FirstIfFreeAsync<T>(Statement statement, Func<Row, T> read, params object[] arguments)
    {
        return await _gate.WaitAsync(TimeSpan.Zero) ? (true, await RunInGateAsync(statement, read, arguments)) : (false, default);
    }

    public async ValueTask DisposeAsync()
    {
        _broken = true;

        // A beat may be in flight. The beat ends within the command time-out. Closing under it would have two users on one connection.
        await _gate.WaitAsync(TimeSpan.FromSeconds(connection.CommandTimeout + 1));
        await connection.DisposeAsync();
    }

    private Task<T?> RunInGateAsync<T>(Statement statement, Func<Row, T> read, object[] arguments) =>
        InGateAsync(() => statement.On(connection, arguments).FirstAsync(read, CancellationToken.None));

    // No token: interrupting a command would leave its outcome in doubt; the command time-out and the server's bound it.
    private async Task<T> InGateAsync<T>(Func<Task<T>> run)
    {
        try
        {
            if (_broken)
            {
                throw new InvalidOperationException(
                    $"The group's session is broken and can't be used again. {_brokenBy?.Message}".TrimEnd(), _brokenBy);
            }

            var sent = clock.GetTimestamp();
            var answer = await run();
            Volatile.Write(ref _confirmedAt, sent);
            return answer;
        }
        catch (Exception e)
        {
            _brokenBy ??= e;
            _broken = true;
            throw;
        }
        finally
        {
            Volatile.Write(ref _usedAt, clock.GetTimestamp());
            _gate.Release();
        }
    }
}
