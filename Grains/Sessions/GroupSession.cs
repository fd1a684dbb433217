using System.Data;
using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// One connection with one user: statements go through a gate, one at a time. A statement that the server cancelled is sent again. After
/// any other error the session is broken for good: it is never used again, and closing it gives its lock back.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="clock">A clock that goes on while the machine is suspended.</param>
/// <param name="deadline">How long an answer vouches for the session, and so for its lock.</param>
internal sealed class GroupSession(NpgsqlConnection connection, BootClock clock, TimeSpan deadline) : IAsyncDisposable
{
    private static readonly Statement _lockStatement = QueueStatements.Load("lock");
    private static readonly Statement _unlockStatement = QueueStatements.Load("unlock");
    private static readonly Statement _unlockReleased = QueueStatements.Load("unlock_released");

    /// <summary>
    /// The pause before a cancelled statement is sent again. Most of them have waited for a lock before, a second long.
    /// </summary>
    public static readonly TimeSpan BeforeRepeat = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile bool _broken;
    private Exception? _brokenBy;
    private bool _locked;
    private bool _isCommitted;
    private long _answeredAt = clock.GetTimestamp();
    private long _usedAt = clock.GetTimestamp();

    /// <summary>Gets a value indicating whether the session may serve another tenure.</summary>
    public bool IsClean => !_broken && !_locked && connection.FullState == ConnectionState.Open;

    /// <summary>Gets a value indicating whether the session has its lock, as far as it knows.</summary>
    public bool HoldsLock => !_broken && _locked;

    /// <summary>
    /// Gets or sets the token that asks the tenure to end. From then on a statement is sent again for as long as the deadline lasts; until
    /// then there is no limit.
    /// </summary>
    public CancellationToken Ending { get; set; } = new(canceled: true);

    /// <summary>Gets or sets who hears of each statement that the server cancelled.</summary>
    public Action<StatementCancelledException>? Cancelled { get; set; }

    /// <summary>Gets how long ago the last statement ended.</summary>
    public TimeSpan IdleFor => clock.GetElapsedTime(Volatile.Read(ref _usedAt));

    /// <summary>
    /// Gets how long the owner may go on without an answer; nothing when the deadline has passed. An answer counts from when its statement
    /// was sent. "Cancelled" is an answer, too: it came over the session that has the lock, and the server began to count the session's
    /// silence anew when it sent that.
    /// </summary>
    public TimeSpan TimeLeft
    {
        get
        {
            var left = deadline - clock.GetElapsedTime(Volatile.Read(ref _answeredAt));
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    // The driver breaks a connection whose statement gets no answer for so many seconds; 0 is for ever. Until the deadline there is hope,
    // and the server's own time-out comes first.
    private int Patience =>
        connection.CommandTimeout == 0 ? 0 : Math.Max(connection.CommandTimeout, (int)Math.Ceiling(deadline.TotalSeconds));

    public async Task<bool> TryLockAsync(LockKey key, CancellationToken cancellationToken)
    {
        // Set before the answer: when it is lost, the lock may be held.
        _locked = true;
        await _gate.WaitAsync(cancellationToken);
        _locked = await InGateAsync(
            () => _lockStatement.On(connection, key.Namespace, key.GroupId).FirstAsync(r => r.GetBoolean(0), CancellationToken.None));
        return _locked;
    }

    /// <summary>
    /// Runs a statement that takes the lock itself and returns no row when it is held elsewhere. A cancelled one may have taken the lock,
    /// and is not repeated.
    /// </summary>
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
    public Task<List<T>> AllAndUnlockReleasedAsync<T>(
        LockKey key, Statement statement, Func<Row, T> read, Func<List<T>, bool> isReleased, params object[] arguments) =>
        RepeatAsync(
            async () =>
            {
                await using var pipeline = new NpgsqlBatch(connection) { EnableErrorBarriers = true, Timeout = Patience };
                statement.In(pipeline, arguments);
                _unlockReleased.In(pipeline, key.Namespace, key.GroupId);
                await using var reader = await pipeline.ExecuteReaderAsync(CancellationToken.None);
                var rows = await reader.RestAsync(read, CancellationToken.None);

                // An error from here on leaves the lock in doubt, and what was committed must not be sent again.
                _isCommitted = true;
                await reader.NextResultAsync(CancellationToken.None);
                var unlocked = await reader.ReadAsync(CancellationToken.None) && reader.GetBoolean(0);
                (_locked, _isCommitted) = (!unlocked, false);
                _broken |= isReleased(rows) && !unlocked;
                return rows;
            },
            CancellationToken.None);

    /// <summary>Runs a statement when the connection is free and reads all its rows.</summary>
    public Task<List<T>> AllAsync<T>(Statement statement, Func<Row, T> read, params object[] arguments) =>
        RepeatAsync(() => Command(statement, arguments).AllAsync(read, CancellationToken.None), CancellationToken.None);

    /// <summary>
    /// Gives the lock back, once and verified; a session whose unlock is in doubt will be closed. A cancelled unlock may have taken effect,
    /// and is not repeated.
    /// </summary>
    public async Task UnlockAsync(LockKey key, CancellationToken cancellationToken)
    {
        if (!_locked)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        var released = await InGateAsync(
            () => Command(_unlockStatement, [key.Namespace, key.GroupId]).FirstAsync(r => r.GetBoolean(0), CancellationToken.None));
        _locked = false;
        _broken |= !released;
    }

    /// <summary>Runs a statement when the connection is free and reads its first row.</summary>
    public Task<T?> FirstAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken, params object[] arguments) =>
        RepeatAsync(() => Command(statement, arguments).FirstAsync(read, CancellationToken.None), cancellationToken);

    /// <summary>
    /// Runs a statement once, unless another one is under way, which is a sign of life as good as this one.
    /// </summary>
    /// <exception cref="StatementCancelledException">The server cancelled it.</exception>
    public async Task<(bool Ran, T? Row)> FirstIfFreeAsync<T>(Statement statement, Func<Row, T> read, params object[] arguments) =>
        await _gate.WaitAsync(TimeSpan.Zero)
            ? (true, await InGateAsync(() => Command(statement, arguments).FirstAsync(read, CancellationToken.None)))
            : (false, default);

    public async ValueTask DisposeAsync()
    {
        _broken = true;

        // A statement may be in flight. Closing under it would have two users on one connection. The driver ends the statement: it waits,
        // and then tries twice to connect for the cancellation.
        await _gate.WaitAsync(TimeSpan.FromSeconds(Patience + (2 * connection.ConnectionTimeout) + 2));

        // Closing takes locks of the driver, which a cancellation holds until it has connected. A grain whose turn waited for them would
        // run no timer.
        await Task.Run(() => connection.DisposeAsync().AsTask());
    }

    private NpgsqlCommand Command(Statement statement, object[] arguments)
    {
        var command = statement.On(connection, arguments);
        command.CommandTimeout = Patience;
        return command;
    }

    // A statement is a transaction of its own: what was cancelled has changed nothing. In between the gate is open for others.
    private async Task<T> RepeatAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        for (var began = clock.GetTimestamp(); ;)
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                return await InGateAsync(run);
            }
            catch (StatementCancelledException) when (!Ending.IsCancellationRequested || clock.GetElapsedTime(began) < deadline)
            {
            }

            await Task.Delay(BeforeRepeat, clock, cancellationToken);
        }
    }

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

            return await AnswerAsync(run);
        }
        catch (Exception e) when (e is not StatementCancelledException)
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

    private async Task<T> AnswerAsync<T>(Func<Task<T>> run)
    {
        var sent = clock.GetTimestamp();
        try
        {
            var answer = await run();
            Volatile.Write(ref _answeredAt, sent);
            return answer;
        }
        catch (Exception e) when (
            !_broken && !_isCommitted && connection.FullState == ConnectionState.Open && StatementCancelledException.IsSaidBy(e))
        {
            Volatile.Write(ref _answeredAt, sent);
            var cancelled = new StatementCancelledException(e);
            Cancelled?.Invoke(cancelled);
            throw cancelled;
        }
    }
}
