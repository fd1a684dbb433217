using Npgsql;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// The recovery's one connection, opened when it is needed. The sweep and the notifier take turns on it; after an error it is closed, which
/// gives back the locks of both.
/// </summary>
internal sealed class RecoverySession(EngineDataSources sources) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private NpgsqlConnection? _connection;

    public async Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _connection ??= await sources.Recovery.OpenConnectionAsync(cancellationToken);
            return await use(_connection);
        }
        catch
        {
            await DropAsync();
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask DisposeAsync() => DropAsync();

    private async ValueTask DropAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }
    }
}
