using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Hosting;

/// <summary>Lets the host of a silo end the work of its groups; a service of every host that has the engine.</summary>
public sealed class GroupDrain
{
    private static readonly TimeSpan _abortTimeout = TimeSpan.FromSeconds(5);

    private readonly GroupSlots _slots;
    private readonly EngineHealth _health;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    internal GroupDrain(GroupSlots slots, EngineHealth health, IOptions<OrleansBatchOptions> options, TimeProvider time) =>
        (_slots, _health, _timeout, _time) = (slots, health, options.Value.DrainTimeout, time);

    /// <summary>
    /// Cancels the current batches at once instead of after the drain time-out, without counting their attempts; no group starts anew
    /// afterwards.
    /// </summary>
    public void CancelBatches() => _slots.Abort();

    /// <summary>
    /// Lets groups finish their current batch and leave, and cancels the batches that take longer than the drain time-out. No group starts
    /// anew afterwards. The silo itself goes on.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the groups.</param>
    public async Task FinishBatchesAsync(CancellationToken cancellationToken)
    {
        _health.Leaving();
        _slots.Drain();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _slots.Aborting);
        if (!await AreGoneAsync(_timeout, giveUp.Token))
        {
            _slots.Abort();
            await AreGoneAsync(_abortTimeout, cancellationToken);
        }
    }

    private async Task<bool> AreGoneAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (_slots.Taken > 0 && _time.GetElapsedTime(start) < within && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, CancellationToken.None);
        }

        return _slots.Taken == 0;
    }
}
