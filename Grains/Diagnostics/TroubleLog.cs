using Microsoft.Extensions.Logging;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// Has the log say once that something is in trouble and once that the trouble is over. What fails meanwhile is counted, and a line
/// reminds of it now and then. <see cref="DatabaseOutage"/> does the same for the database, whose absence has many consequences.
/// </summary>
internal sealed partial class TroubleLog(TimeProvider time, ILogger<TroubleLog> logger) : IDisposable
{
    // What fails beyond that is logged as it comes.
    private const int MostTroubles = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Trouble> _troubles = new(StringComparer.Ordinal);
    private volatile bool _isAny;

    /// <summary>Notes a failure of something that is tried again: logged if it is the first, and counted otherwise.</summary>
    /// <param name="what">What fails, in words that begin a sentence.</param>
    /// <param name="endsAfter">The trouble is over when nothing has failed for so long; longer than the pause between two tries.</param>
    /// <param name="error">The error.</param>
    /// <param name="log">Logs the first failure.</param>
    /// <param name="part">The part that fails, if there are several; the trouble is over when all parts work.</param>
    public void Failed(string what, TimeSpan endsAfter, string error, Action log, object? part = null) =>
        Note(what, isEvent: false, endsAfter, error, log, part ?? what);

    /// <summary>Notes that it works. The trouble is over if no other part of it fails.</summary>
    /// <param name="what">The words that <see cref="Failed"/> was given.</param>
    /// <param name="part">The part.</param>
    /// <returns>Whether it was in trouble.</returns>
    public bool Worked(string what, object? part = null)
    {
        if (!_isAny)
        {
            return false;
        }

        lock (_lock)
        {
            if (!_troubles.TryGetValue(what, out var trouble) || !trouble.Remove(part ?? what))
            {
                return false;
            }

            if (trouble.IsOver)
            {
                LogOver(logger, what, trouble.UntilNow, trouble.Failures);
                Forget(what, trouble);
            }

            return true;
        }
    }

    /// <summary>Notes an event that may come again and again: logged if it is the first for a while, and counted otherwise.</summary>
    /// <param name="what">What the event is about, in words that begin a sentence.</param>
    /// <param name="endsAfter">For so long the event must not come, and the next one is logged as a first one.</param>
    /// <param name="error">What the event says.</param>
    /// <param name="log">Logs the event.</param>
    public void Repeated(string what, TimeSpan endsAfter, string error, Action log) =>
        Note(what, isEvent: true, endsAfter, error, log, what);

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var trouble in _troubles.Values)
            {
                trouble.Dispose();
            }

            _troubles.Clear();
        }
    }

    private void Note(string what, bool isEvent, TimeSpan endsAfter, string error, Action log, object part)
    {
        lock (_lock)
        {
            if (_troubles.TryGetValue(what, out var known))
            {
                if (known.Count(error, part, endsAfter))
                {
                    Remind(what, known);
                }

                return;
            }

            log();
            if (_troubles.Count < MostTroubles)
            {
                var timer = time.CreateTimer(_ => End(what), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                var trouble = _troubles[what] = new Trouble(time, isEvent, timer);
                trouble.Count(error, part, endsAfter);
                _isAny = true;
            }
        }
    }

    private void Remind(string what, Trouble trouble)
    {
        if (trouble.IsEvent)
        {
            LogLeftOut(logger, LogLevel.Warning, what, trouble.Failures - 1, trouble.UntilNow, trouble.Error);
        }
        else
        {
            LogGoesOn(logger, what, trouble.UntilNow, trouble.Failures, trouble.Error);
        }
    }

    private void End(string what)
    {
        lock (_lock)
        {
            if (!_troubles.TryGetValue(what, out var trouble))
            {
                return;
            }

            if (!trouble.IsEvent)
            {
                LogOver(logger, what, trouble.UntilFailure, trouble.Failures);
            }
            else if (trouble.Failures > 1)
            {
                LogLeftOut(logger, LogLevel.Information, what, trouble.Failures - 1, trouble.UntilFailure, trouble.Error);
            }

            Forget(what, trouble);
        }
    }

    private void Forget(string what, Trouble trouble)
    {
        _troubles.Remove(what);
        trouble.Dispose();
        _isAny = _troubles.Count > 0;
    }

    [LoggerMessage(
        EventIds.TroubleGoesOn, LogLevel.Warning,
        "{What} has been in trouble for {Lasted} and has failed {Failures} times. {Error}")]
    private static partial void LogGoesOn(ILogger logger, string what, TimeSpan lasted, int failures, string error);

    [LoggerMessage(
        EventIds.TroubleOver, LogLevel.Warning, "{What} is out of trouble after {Lasted}. Failures meanwhile: {Failures}.")]
    private static partial void LogOver(ILogger logger, string what, TimeSpan lasted, int failures);

    [LoggerMessage(
        EventId = EventIds.RepeatsLeftOut,
        Message = "{What}: the line about it was left out {Repeats} times within {Lasted}. {Error}")]
    private static partial void LogLeftOut(ILogger logger, LogLevel level, string what, int repeats, TimeSpan lasted, string error);
}
