using Npgsql;

namespace OrleansBatch.Producer.Runs;

// Signs of life go on from the run's first batch until its end or a stop. The next sign makes up for one that fails.
internal sealed class SignOfLife(BatchProducer producer, RunDescription run) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _ended = new();
    private Task? _beating;

    public CancellationToken RunEnded => _ended.Token;

    public void Begin() => _beating ??= Task.Run(BeatAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await (_beating ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(run.AlivePeriod, producer.Options.TimeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                if (!await IsOpenAsync().ConfigureAwait(false))
                {
                    await _ended.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> IsOpenAsync()
    {
        try
        {
            return await producer.RunAliveAsync(run.RunId, _stop.Token).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            return true;
        }
        catch (EnqueueRefusedException)
        {
            return false;
        }
    }
}
