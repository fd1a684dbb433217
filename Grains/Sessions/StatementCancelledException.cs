using Npgsql;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// Says that the server gave a statement up for the sake of others and changed nothing by it: it waited too long for a lock, took too long,
/// was cancelled, or closed a circle of locks. The answer came over the session, which is as it was before the statement.
/// https://www.postgresql.org/docs/current/errcodes-appendix.html
/// </summary>
internal sealed class StatementCancelledException(Exception answer) : Exception(answer.Message, answer)
{
    /// <summary>Tells whether the server's answer says so.</summary>
    public static bool IsSaidBy(Exception answer) => answer switch
    {
        PostgresException e => e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.DeadlockDetected,

        // The driver's own time-out cancels the statement, and the answer to that comes in these words.
        NpgsqlException { InnerException: TimeoutException } => true,
        _ => false,
    };

    /// <summary>Tells whether it is what an error goes back to.</summary>
    public static bool IsIn(Exception? error) => error is StatementCancelledException || (error is not null && IsIn(error.InnerException));
}
