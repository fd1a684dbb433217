using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// Has the log say once that the database is away and once that it is back: what fails for that meanwhile is counted, not logged.
/// An outage begins with a poll that fails, because polls never stop. The outage ends when polls have succeeded for a moment.
/// </summary>
internal sealed partial class DatabaseOutage : IDisposable
{
    // Other calls may notice before the poll does. So long what they say is held back.
    private static readonly TimeSpan _hold = TimeSpan.FromSeconds(2);

    // Others notice later, and a server that has just started may go away again.
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly List<Action> _held = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _release;
    private readonly ITimer _end;
    private Reminder? _reminder;
    private bool _isAway;
    private long _began;
    private TimeSpan _lasted;
    private int _polls;
    private int _calls;

    public DatabaseOutage(TimeProvider time, ILogger<DatabaseOutage> logger)
    {
        (_time, _logger) = (time, logger);
        _release = time.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _end = time.CreateTimer(_ => End(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void PollFailed(Exception error)
    {
        lock (_lock)
        {
            _polls++;
            _end.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _lasted = TimeSpan.Zero;
            if (_isAway)
            {
                RemindIfDue(error);
                return;
            }

            _isAway = true;
            _reminder = new Reminder(_time);
            _began = _time.GetTimestamp();
            _calls += _held.Count;
            _held.Clear();
            LogBegan(_logger, error.Message);
        }
    }

    public void PollSucceeded()
    {
        if (!_isAway)
        {
            return;
        }

        lock (_lock)
        {
            if (_isAway && _lasted == TimeSpan.Zero)
            {
                _lasted = _time.GetElapsedTime(_began);
                _end.Change(_settle, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Logs what came of an error, unless the database is away and the error is a consequence of it.</summary>
    /// <param name="error">The error; null when it may be a consequence, whatever it says.</param>
    /// <param name="log">Logs it.</param>
    public void Log(Exception? error, Action log)
    {
        lock (_lock)
        {
            if (error is not null && !IsOfConnection(error))
            {
                log();
            }
            else if (_isAway)
            {
                _calls++;
            }
            else
            {
                _held.Add(log);
                if (_held.Count == 1)
                {
                    _release.Change(_hold, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    public void Dispose()
    {
        Release();
        _release.Dispose();
        _end.Dispose();
    }

    private static bool IsOfConnection(Exception error) =>
        error is NpgsqlException or SocketException or IOException or TimeoutException
        || (error.InnerException is { } inner && IsOfConnection(inner));

    private void RemindIfDue(Exception error)
    {
        if (_reminder!.IsDue())
        {
            LogGoesOn(_logger, TimeSpan.FromSeconds((long)_time.GetElapsedTime(_began).TotalSeconds), _polls, _calls, error.Message);
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            _held.ForEach(log => log());
            _held.Clear();
        }
    }

    private void End()
    {
        lock (_lock)
        {
            LogEnded(_logger, _lasted, _polls, _calls);
            (_isAway, _lasted, _polls, _calls) = (false, TimeSpan.Zero, 0, 0);
        }
    }

    [LoggerMessage(
        EventIds.DatabaseWentAway, LogLevel.Warning,
        "The database does not answer. What fails for that is counted and not logged until it answers again. {Error}")]
    private static partial void LogBegan(ILogger logger, string error);

    [LoggerMessage(
        EventIds.DatabaseStaysAway, LogLevel.Warning,
        "The database has not answered for {Outage}. Until now {Polls} polls failed and {Calls} other calls. {Error}")]
    private static partial void LogGoesOn(ILogger logger, TimeSpan outage, int polls, int calls, string error);

    [LoggerMessage(
        EventIds.DatabaseCameBack, LogLevel.Warning,
        "The database answers again, after {Outage}. Meanwhile {Polls} polls failed and {Calls} other calls, such as batches whose "
        + "owner was lost.")]
    private static partial void LogEnded(ILogger logger, TimeSpan outage, int polls, int calls);
}
