using System.Runtime.InteropServices;

namespace OrleansBatch.Silo.Hosting;

// The first Ctrl+C, SIGTERM or hang-up asks the verb to end, the second to wait for no batch. A third ends the process at once.
internal sealed class Interrupt : IDisposable
{
    // The source is never disposed: signals are the whole process's, and a silo may stop after its verb has ended.
    private static readonly CancellationTokenSource _urgent = new();

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt()
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    public static CancellationToken Urgent => _urgent.Token;

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (!_source.IsCancellationRequested)
        {
            context.Cancel = true;
            _source.Cancel();
        }
        else if (!_urgent.IsCancellationRequested)
        {
            context.Cancel = true;
            _urgent.Cancel();
        }
    }
}
