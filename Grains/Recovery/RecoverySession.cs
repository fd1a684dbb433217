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

    public Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken) =>
        UseAsync(null, use, cancellationToken);

    /// <summary>Uses the connection only if it is still the one that was used before, because a lock taken on it is gone with it.</summary>
    /// <exception cref="IOException">That connection was lost.</exception>
    public async Task<T> UseAsync<T>(NpgsqlConnection? before, Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (before is not null && before != _connection)
            {
                throw new IOException("The recovery session that held the lock was lost.");
            }

            _connection ??= await sources.Recovery.OpenConnectionAsync(cancellationToken);
            return await use(_connection);
        }
        catch when (before is null || before == _connection)
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
