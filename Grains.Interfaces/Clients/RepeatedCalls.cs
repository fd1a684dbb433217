namespace OrleansBatch.Grains.Interfaces.Clients;

/// <summary>
/// Repeats a client's call while the cluster loses a silo. A call that was on its way to a host that vanished gets no answer; the next try
/// goes to another silo.
/// </summary>
/// <remarks>
/// Only for calls that may be made twice: those that read, <see cref="IBatchQueueGrain.EnqueueAsync"/>,
/// <see cref="IBatchQueueGrain.EnqueueManyAsync"/> and <see cref="IBatchQueueGrain.SealRunAsync(Guid, CancellationToken)"/>. A repeated
/// enqueue of the same run and index returns the first one's seq.
/// </remarks>
public sealed class RepeatedCalls
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    /// <summary>Gets how long one try may take. More than 0. Default: 5 seconds.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long all tries together may take, so that the last try begins before that. Default: 60 seconds.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Returns what the call returns, once a silo has answered it.</summary>
    /// <typeparam name="T">What the call returns.</typeparam>
    /// <param name="call">The call; it gets a token that is cancelled after <see cref="TryTimeout"/>.</param>
    /// <param name="cancellationToken">Cancels the try and the pauses.</param>
    /// <exception cref="TimeoutException">No silo answered within <see cref="Limit"/>.</exception>
    /// <exception cref="OrleansException">The last try within <see cref="Limit"/> found no silo.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var begun = Time.GetTimestamp();
        for (var pause = _firstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            try
            {
                using var limit = new CancellationTokenSource(TryTimeout, Time);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                return await call(linked.Token).WaitAsync(TryTimeout, Time, cancellationToken);
            }
            catch (Exception e) when (IsOfCluster(e, cancellationToken) && Time.GetElapsedTime(begun) + pause < Limit)
            {
                // The silo that had the call is gone, or does not answer.
            }

            await Task.Delay(pause, Time, cancellationToken);
        }
    }

    private static bool IsOfCluster(Exception error, CancellationToken cancellationToken) =>
        error is TimeoutException or OrleansException
        || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
