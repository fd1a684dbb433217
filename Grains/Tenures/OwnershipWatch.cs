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
internal sealed class OwnershipWatch : IDisposable
{
    private readonly GroupKey _group;
    private readonly GroupCursor _cursor;
    private readonly GroupSession _session;
    private readonly OrleansBatchOptions _options;
    private readonly TimeProvider _time;
    private readonly HealthWatch _heartbeat;
    private readonly CancellationTokenSource _cancel;
    private volatile bool _watching;
    private volatile Exception? _lost;

    public OwnershipWatch(
        GroupKey group, GroupCursor cursor, GroupSession session, HealthWatch heartbeat, OrleansBatchOptions options, TimeProvider time,
        CancellationToken aborting)
    {
        (_group, _cursor, _session, _heartbeat, _options, _time) = (group, cursor, session, heartbeat, options, time);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(aborting);
    }

    /// <summary>Gets how the ownership was lost during a step, or null.</summary>
    public Exception? Lost => _lost;

    /// <summary>Gets the token that cancels the sink.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    public bool IsCancelled => _cancel.IsCancellationRequested;

    /// <summary>Runs a step and returns its error.</summary>
    public async Task<Exception?> RunAsync(Func<Task> step)
    {
        using var deadline = new OwnershipDeadline(_session, _options.IdleTimeout, _time, LoseAtDeadline);
        _watching = true;
        var error = await Errors.CatchAsync(step);
        _watching = false;
        return error;
    }

    /// <summary>Says without a round trip whether the deadline is still ahead: its timer may be late.</summary>
    public bool IsBeforeDeadline()
    {
        if (_session.UnconfirmedFor < LockLifetimeRules.DeadlineOf(_options.IdleTimeout))
        {
            return true;
        }

        LoseAtDeadline();
        return false;
    }

    /// <summary>Beats the heartbeat while a step runs; at other times the tenure's own statements do.</summary>
    public async Task BeatAsync()
    {
        // For health the sign is that the timer runs, whether or not the database answers in time.
        _heartbeat.Sign();
        if (_watching && await Errors.CatchAsync(_cursor.BeatAsync) is { } error)
        {
            Lose(error);
        }

        _heartbeat.Sign();
    }

    /// <summary>Beats until the tenure has ended, when the activation's timer is gone but a deaf sink still works.</summary>
    public async Task BeatUntilAsync(Task ended)
    {
        while (!ended.IsCompleted)
        {
            await BeatAsync();
            await Task.WhenAny(ended, Task.Delay(_options.HeartbeatPeriod, _time, CancellationToken.None));
        }
    }

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
        _heartbeat.Dispose();
        _cancel.Dispose();
    }

    private void LoseAtDeadline() => Lose(new OwnershipLostException(
        $"Group {_group}: the database has not confirmed a statement for so long that it may have ended the session."));

    private void Lose(Exception error)
    {
        _lost ??= error;
        Abort();
    }
}
