using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace OrleansBatch.Drill;

// A second signal ends the program at once, with nobody left to stop its children. The signal's handler therefore ends them itself.
internal sealed class ChildGuard : IDisposable
{
    private readonly ConcurrentBag<Action> _kills = [];
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public ChildGuard()
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    public void Watch(Action kill) => _kills.Add(kill);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) > 1)
        {
            foreach (var kill in _kills)
            {
                kill();
            }
        }
    }
}
