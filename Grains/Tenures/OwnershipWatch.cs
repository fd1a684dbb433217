using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Watches the ownership while a step of the tenure runs beside the session: the heartbeat beats, and a missing epoch, a broken session or
/// the deadline cancels the step at once.
/// </summary>
internal sealed partial class OwnershipWatch : IDisposable
{
    private readonly TenureTarget _target;
    private readonly GroupCursor _cursor;
    private readonly GroupSession _session;
    private readonly EngineHealth _health;
    private readonly OrleansBatchOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel;
    private readonly ILogger _logger;
    private HealthWatch? _heartbeat;
    private bool _hasToldOfCancelled;
    private Task _beat = Task.CompletedTask;
    private int _isBeating;
    private volatile bool _watching;
    private volatile Exception? _lost;

    public OwnershipWatch(
        TenureTarget target, GroupCursor cursor, GroupSession session, EngineHealth health, OrleansBatchOptions options, TimeProvider time,
        ILogger logger, CancellationToken aborting)
    {
        (_target, _cursor, _session, _health, _options, _time, _logger) = (target, cursor, session, health, options, time, logger);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(aborting);
        (session.Ending, session.Cancelled) = (_cancel.Token, TellOfCancelled);
    }

    /// <summary>Gets how the ownership was lost during a step, or null.</summary>
    public Exception? Lost => _lost;

    /// <summary>Gets the token that cancels the sink.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    public bool IsCancelled => _cancel.IsCancellationRequested;

    /// <summary>Runs a step and returns its error.</summary>
    public async Task<Exception?> RunAsync(Func<Task> step)
    {
        using var deadline = new OwnershipDeadline(_session, _time, LoseAtDeadline);
        _watching = true;
        var error = await Errors.CatchAsync(step);
        _watching = false;
        return error;
    }

    /// <summary>Says without a round trip whether the deadline is still ahead: its timer may be late.</summary>
    public bool IsBeforeDeadline()
    {
        if (_session.TimeLeft > TimeSpan.Zero)
        {
            return true;
        }

        LoseAtDeadline();
        return false;
    }

    /// <summary>Has health expect the heartbeat's timer from now on.</summary>
    public void TimerBegan() => _heartbeat = _health.HeartbeatStarted(_target.Group, _target.Sink);

    /// <summary>
    /// Sends a beat while a step runs, unless the one before is still under way; at other times the tenure's own statements beat. Does not
    /// wait for the answer: a database that stands still must not keep the timer from running, which is the sign that health goes by.
    /// </summary>
    public void Beat()
    {
        _heartbeat?.Sign();
        if (_watching && Interlocked.Exchange(ref _isBeating, 1) == 0)
        {
            _beat = BeatUntilAnsweredAsync();
        }
    }

    /// <summary>Beats until the tenure has ended, when the activation's timer is gone but a deaf sink still works.</summary>
    public async Task BeatUntilAsync(Task ended)
    {
        while (!ended.IsCompleted)
        {
            Beat();
            await Task.WhenAny(ended, Task.Delay(_options.HeartbeatPeriod, _time, CancellationToken.None));
        }
    }

    /// <summary>Completes when no beat is under way any more, after the last step: the session may go to another tenure then.</summary>
    public Task AfterBeatAsync() => _beat;

    /// <summary>Cancels the sink; the tenure ends as soon as the sink returns.</summary>
    public void Abort()
    {
        // A sink's own callbacks run on the thread pool: one that blocks must hold up neither a heartbeat nor a deadline.
        try
        {
            _ = _cancel.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The tenure ended at the same moment.
        }
    }

    public void Dispose()
    {
        _heartbeat?.Dispose();
        _cancel.Dispose();
    }

    // A beat that the server cancels, for a lock that somebody else has, is sent again at once: the owner still has session and lock. The
    // step is cancelled when the server does not answer at all until the deadline, which comes before anybody else may have the lock.
    private async Task BeatUntilAnsweredAsync()
    {
        try
        {
            while (_watching && await Errors.CatchAsync(_cursor.BeatAsync) is { } error)
            {
                if (error is not StatementCancelledException)
                {
                    Lose(error);
                    return;
                }

                await Task.Delay(GroupSession.BeforeRepeat, _time, CancellationToken.None);
            }
        }
        finally
        {
            Volatile.Write(ref _isBeating, 0);
        }
    }

    // Told behind the session's gate, one statement at a time.
    private void TellOfCancelled(StatementCancelledException error)
    {
        if (!_hasToldOfCancelled)
        {
            _hasToldOfCancelled = true;
            LogCancelled(_logger, _target.Group, _target.Sink, error.Message);
        }
    }

    private void LoseAtDeadline() => Lose(new OwnershipLostException(
        $"Group {_target.Group}: the database has not answered a statement for so long that it may have ended the session."));

    private void Lose(Exception error)
    {
        _lost ??= error;
        Abort();
    }

    [LoggerMessage(
        EventIds.StatementsCancelled, LogLevel.Information,
        "Group {Group} of sink {Sink}: the database cancels its owner's statements, which are repeated. {Error}")]
    private static partial void LogCancelled(ILogger logger, GroupKey group, string sink, string error);
}
