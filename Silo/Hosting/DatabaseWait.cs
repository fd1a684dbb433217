using System.Net.Sockets;
using Npgsql;
using OrleansBatch.Grains.Queue.Migrations;

namespace OrleansBatch.Silo.Hosting;

/// <summary>
/// Repeats what needs the database while the database is away, full or locked. A supervisor that restarts the program instead would
/// do the same, with a stack of failed starts.
/// </summary>
/// <param name="limit">How long to wait in all; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
/// <param name="reasonOf">Gives the sentence of an error.</param>
/// <param name="say">Is told what the program waits for, once for each reason.</param>
/// <param name="time">The clock.</param>
internal sealed class DatabaseWait(TimeSpan limit, Func<Exception, string> reasonOf, Action<string> say, TimeProvider time)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(8);

    /// <summary>Returns what the call gives, and repeats it while the database is the reason why it fails.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var said = "";
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (Passes(e) && !IsOver(begun))
            {
                var reason = reasonOf(e);
                if (reason != said)
                {
                    say($"Waiting for the database. {reason}");
                    said = reason;
                }
            }

            var pause = _firstPause * Math.Pow(2, Math.Min(failures - 1, 10));
            await Task.Delay(pause < _longestPause ? pause : _longestPause, time, cancellationToken);
        }
    }

    private static bool Passes(Exception error) => error switch
    {
        LockedDatabaseException => true,
        PostgresException e => e.IsTransient || e.SqlState is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException or SocketException or IOException or TimeoutException when error.InnerException is null => true,
        _ => error.InnerException is { } inner && Passes(inner),
    };

    private bool IsOver(long begun) => limit != Timeout.InfiniteTimeSpan && time.GetElapsedTime(begun) >= limit;
}
