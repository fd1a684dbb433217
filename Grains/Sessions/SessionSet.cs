using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Retrying;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// The silo's group sessions: lent to one tenure at a time and kept open in between, because opening one costs a hundred times a lock.
/// A session in doubt is closed, and an idle one before the server would do it. There are never more sessions than slots, because a
/// tenure takes a slot before it takes a session.
/// </summary>
internal sealed class SessionSet : IAsyncDisposable
{
    private readonly EngineDataSources _sources;
    private readonly BootClock _clock;
    private readonly TimeSpan _deadline;
    private readonly TimeSpan _keepFor;
    private readonly Stack<GroupSession> _idle = new();
    private readonly ConnectionBreaker _breaker;
    private readonly ITimer _closer;
    private bool _disposed;

    public SessionSet(EngineDataSources sources, IOptions<OrleansBatchOptions> options, BootClock clock)
    {
        _sources = sources;
        _clock = clock;
        _breaker = new ConnectionBreaker(clock, Random.Shared);
        _deadline = LockLifetimeRules.DeadlineOf(options.Value.IdleTimeout);
        _keepFor = options.Value.IdleTimeout / 2;
        _closer = clock.CreateTimer(_ => CloseIdle(), null, _keepFor / 2, _keepFor / 2);
    }

    /// <summary>Gets how many sessions may be rented now: those at hand, and those that the breaker lets be opened.</summary>
    public int Available
    {
        get
        {
            lock (_idle)
            {
                return (int)Math.Min(int.MaxValue, (long)_idle.Count + _breaker.Allowed);
            }
        }
    }

    public async Task<GroupSession> RentAsync(CancellationToken cancellationToken)
    {
        while (TakeIdle() is { } session)
        {
            if (session.IsClean && session.IdleFor < _keepFor)
            {
                return session;
            }

            await session.DisposeAsync();
        }

        try
        {
            var connection = await _sources.Group.OpenConnectionAsync(cancellationToken);
            _breaker.Succeeded();
            return new GroupSession(connection, _clock, _deadline);
        }
        catch
        {
            _breaker.Failed();
            throw;
        }
    }

    public async ValueTask ReturnAsync(GroupSession session)
    {
        lock (_idle)
        {
            if (session.IsClean && !_disposed)
            {
                _idle.Push(session);
                return;
            }
        }

        await session.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_idle)
        {
            _disposed = true;
        }

        await _closer.DisposeAsync();
        while (TakeIdle() is { } session)
        {
            await session.DisposeAsync();
        }
    }

    private GroupSession? TakeIdle()
    {
        lock (_idle)
        {
            return _idle.TryPop(out var session) ? session : null;
        }
    }

    private void CloseIdle()
    {
        List<GroupSession> old;
        lock (_idle)
        {
            old = [.. _idle.Where(s => s.IdleFor >= _keepFor)];
            var young = _idle.Except(old).Reverse().ToList();
            _idle.Clear();
            young.ForEach(_idle.Push);
        }

        foreach (var session in old)
        {
            _ = session.DisposeAsync().AsTask();
        }
    }
}
