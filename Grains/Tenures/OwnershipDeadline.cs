using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Tells an owner, without a round trip, that the server may have ended its session: no statement was answered for as long as the server
/// waits, less a margin. The time counts from when a statement was sent, because the server may have begun to wait then.
/// </summary>
internal sealed class OwnershipDeadline : IDisposable
{
    // Timers stand still while the machine is suspended: a timer that was set for seconds would come that much too late afterwards.
    private static readonly TimeSpan _longestLook = TimeSpan.FromMilliseconds(500);

    private readonly GroupSession _session;
    private readonly Action _passed;
    private readonly ITimer _timer;

    public OwnershipDeadline(GroupSession session, TimeProvider time, Action passed)
    {
        (_session, _passed) = (session, passed);
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Look();
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var left = _session.TimeLeft;
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left < _longestLook ? left : _longestLook, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _passed();
        }
    }
}
