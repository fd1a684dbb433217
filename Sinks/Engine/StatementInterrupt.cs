using System.Data.Common;

namespace OrleansBatch.Sinks.Engine;

// Ends a running statement once a token is cancelled. DuckDB forgets an interrupt that comes just before a statement starts.
// The interrupt is therefore repeated until the statement is over.
internal sealed class StatementInterrupt : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly DbCommand _command;
    private readonly CancellationTokenRegistration _registration;
    private Timer? _timer;
    private bool _over;

    public StatementInterrupt(DbCommand command, CancellationToken cancellationToken)
    {
        _command = command;
        _registration = cancellationToken.Register(Start);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _timer?.Dispose();
        }

        _registration.Dispose();
    }

    private void Start()
    {
        lock (_gate)
        {
            if (!_over)
            {
                _timer = new Timer(_ => Cancel(), null, TimeSpan.Zero, _period);
            }
        }
    }

    private void Cancel()
    {
        lock (_gate)
        {
            if (!_over)
            {
                _command.Cancel();
            }
        }
    }
}
