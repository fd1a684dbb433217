using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// Knows when the database was away last, as this silo's polls found it: they failed, or one got its answer very late. Tells whether that
/// is why an owner fell silent. Every owner falls silent then, whatever its batch does.
/// </summary>
internal sealed class LastOutage : IDisposable
{
    // A silo whose own process stood still finds its sessions ended, and its poll late. That is no outage, and a batch may be at fault.
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _standstill = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _late;
    private readonly TimeSpan _longestSilence;
    private readonly ITimer _ticker;
    private long _ticked;
    private long _movedAgain;
    private long? _asked;
    private bool _wasThere;
    private Absence? _last;

    public LastOutage(TimeProvider time, IOptions<OrleansBatchOptions> options)
    {
        _time = time;

        // A poll waits for a period at most, and what ends sessions lasts longer than a statement may.
        _late = options.Value.PollPeriod + options.Value.StatementTimeout;
        _longestSilence = LockLifetimeRules.LongestSilence(options.Value);
        _ticked = _movedAgain = Now;
        _ticker = time.CreateTimer(_ => Look(), null, _tick, _tick);
    }

    private long Now => _time.GetTimestamp();

    // The database was there until about then.
    private long LastThere => Math.Max(_asked ?? Now, _movedAgain);

    private bool IsPollLate => _asked is not null && _time.GetElapsedTime(LastThere) > _late;

    public void PollBegan()
    {
        lock (_lock)
        {
            _asked = Now;
        }
    }

    public void PollEnded(bool succeeded)
    {
        lock (_lock)
        {
            Look();
            var away = succeeded ? Present() : Beginning();
            _last = succeeded && away is { Until: null } ? away with { Until = Now } : away;
            _wasThere |= succeeded;
            _asked = null;
        }
    }

    /// <summary>
    /// Tells whether an owner fell silent in the last outage. The owner gave its last sign during the outage, or so shortly before that the
    /// owner was alive when the outage began.
    /// </summary>
    /// <param name="silentFor">How old the owner's last sign is.</param>
    public bool Explains(TimeSpan silentFor)
    {
        lock (_lock)
        {
            Look();
            return Present() is { } away
                && silentFor <= _time.GetElapsedTime(away.From) + _longestSilence
                && silentFor >= (away.Until is { } until ? _time.GetElapsedTime(until) : TimeSpan.Zero);
        }
    }

    public void Dispose() => _ticker.Dispose();

    // A poll under way is an outage as soon as it is late.
    private Absence? Present() => _last is not { Until: null } && IsPollLate ? Beginning() : _last;

    // A database that goes away again at once has not been back. A silo that has just started does not know what was before: an owner may
    // have died with the silo's former process.
    private Absence? Beginning() =>
        _last is { } last && (last.Until is not { } until || _time.GetElapsedTime(until) < _longestSilence) ? last with { Until = null }
        : _wasThere ? new Absence(LastThere, null)
        : null;

    private void Look()
    {
        lock (_lock)
        {
            _movedAgain = _time.GetElapsedTime(_ticked) > _standstill ? Now : _movedAgain;
            _ticked = Now;
        }
    }

    private sealed record Absence(long From, long? Until);
}
