using System.Transactions;
using Npgsql;

namespace OrleansBatch.Producer;

// An enqueue may be repeated after an unknown outcome, because a known run and index return the seq of the first call.
// Transient errors, and a loss of the connection between the commit and its answer, are therefore tried again.
internal sealed class Retries(BatchProducerOptions options)
{
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (retries < options.MaxRetries && IsWorthARetry(e) && !cancellationToken.IsCancellationRequested)
            {
            }

            // Producers that failed together do not return together.
            var pause = DoublingPause.HalfRandom(retries + 1, options.FirstPause, options.LongestPause, Random.Shared);
            await Task.Delay(pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    // In an ambient transaction the connection carries the caller's work, too. Such work can only be done again from its beginning.
    private static bool IsWorthARetry(NpgsqlException e) => Transaction.Current is null && IsTransient(e);

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static bool IsTransient(NpgsqlException e) => e is PostgresException refusal
        ? refusal.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.TooManyConnections
            || refusal.SqlState.StartsWith("08", StringComparison.Ordinal) || refusal.SqlState.StartsWith("57P", StringComparison.Ordinal)
        : e.IsTransient;
}
