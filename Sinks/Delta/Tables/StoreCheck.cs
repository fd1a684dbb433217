using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Tables;

// Whether the store keeps what tables rely on. A store that is away at the start is asked before the first group writes to it.
internal sealed class StoreCheck(IObjectStore store, TimeProvider time)
{
    // A silo starts beside a store that does not answer. Its groups wait.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    private volatile bool _isOwed;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => StoreProbe.CheckAsync(store, cancellationToken), cancellationToken)
                .WaitAsync(_longest, time, cancellationToken);
        }
        catch (StoreException error) when (error.Trouble == StoreTrouble.Unfit)
        {
            throw new SinkRefusedException(error.Message, error);
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            _isOwed = true;
        }
    }

    public async Task MakeUpAsync()
    {
        if (_isOwed)
        {
            await StoreProbe.CheckAsync(store, CancellationToken.None);
            _isOwed = false;
        }
    }
}
