using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Runtime.MembershipService;
using OrleansBatch.Drill;
using OrleansBatch.Drill.Hosts;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Embedded;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Silo.Commands;

// The sentence that the user reads when a verb fails: the error and its remedy.
internal static class ErrorText
{
    private const string FixConnection = "correct --connection or " + GlobalOptions.ConnectionVariable;

    public static (string Message, int ExitCode) For(Exception error, bool interrupted = false)
    {
        if (interrupted && error is OperationCanceledException)
        {
            return ("Interrupted.", ExitCodes.Interrupted);
        }

        // Hosts and drivers wrap the exception that tells the reason.
        return Chain(error).Select(Known).FirstOrDefault(known => known is not null)
            ?? ($"{FirstLine(error.Message)} Run it again with --verbose to see where.", ExitCodes.Failed);
    }

    private static (string Message, int ExitCode)? Known(Exception error) => error switch
    {
        StartupException e => (e.Message, e.ExitCode),
        OperationRefusedException e => ($"{CommandWords.Of(e.Message)} ({e.SqlState})", ExitCodes.Failed),
        OptionsValidationException e => ($"The configuration is wrong: {string.Join(" ", e.Failures)}", ExitCodes.BadInput),
        DrillRefusedException e => (e.Message, ExitCodes.BadInput),
        StoreUnavailableException e => (e.Message, ExitCodes.Environment),
        HostsUnavailableException e => (e.Message, ExitCodes.Environment),
        EmbeddedPostgresException e => (e.Message, ExitCodes.Environment),
        StoreException e => (e.Message, ExitCodes.Environment),
        DeltaLogException e => (e.Message, ExitCodes.Failed),
        SinkRefusedException e => (e.Message, ExitCodes.Environment),
        PooledSessionException e => (e.Message, ExitCodes.Environment),
        PostgresException e => ForPostgres(e),
        NpgsqlException { InnerException: TimeoutException } =>
            ($"Postgres did not answer in time: check that it runs and is reachable, or {FixConnection}.", ExitCodes.Environment),
        NpgsqlException { InnerException: SocketException socket } when IsUnknownHost(socket) =>
            ($"The database's host name is unknown: {FixConnection}.", ExitCodes.Environment),
        NpgsqlException { InnerException: SocketException } e =>
            ($"{FirstLine(e.Message)} Start Postgres there, or {FixConnection}.", ExitCodes.Environment),
        OrleansClusterConnectivityCheckFailedException => (
            "The other silos of this queue did not answer this one within a minute, although their ports are open: give all silos "
            + "certificates of one authority (OrleansBatch__Tls__...), or none.",
            ExitCodes.Restart),
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            ("The port to listen on is taken by another program: stop that program or choose another port.", ExitCodes.Environment),
        NpgsqlException e =>
            ($"The connection to Postgres failed: {FirstLine(e.Message)} Check that it runs, or {FixConnection}.", ExitCodes.Environment),
        _ => null,
    };

    private static (string Message, int ExitCode) ForPostgres(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword =>
            ($"Postgres refused the user name or password: {FixConnection}.", ExitCodes.Environment),
        PostgresErrorCodes.InvalidAuthorizationSpecification =>
            ($"Postgres refused the login ({error.MessageText}): {FixConnection}, or allow it in pg_hba.conf.", ExitCodes.Environment),
        PostgresErrorCodes.InvalidCatalogName =>
            ($"The database is missing ({error.MessageText}): create it, or {FixConnection}.", ExitCodes.Environment),
        PostgresErrorCodes.InsufficientPrivilege =>
            ($"Postgres refused it ({error.MessageText}): grant the right to this user, or connect as another.", ExitCodes.Environment),
        PostgresErrorCodes.TooManyConnections =>
            ("Postgres has no connection left: raise max_connections or stop other clients.", ExitCodes.Environment),
        PostgresErrorCodes.CannotConnectNow =>
            ($"Postgres is not ready ({error.MessageText}): try again in a moment.", ExitCodes.Environment),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
            ("Postgres was shut down: start it and try again.", ExitCodes.Environment),
        _ => ($"Postgres reported \"{error.MessageText}\" ({error.SqlState}): run it again with --verbose to see where.", ExitCodes.Failed),
    };

    private static bool IsUnknownHost(SocketException error) =>
        error.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData;

    private static IEnumerable<Exception> Chain(Exception error)
    {
        for (var current = error; current is not null; current = current.InnerException)
        {
            yield return current;
        }
    }

    private static string FirstLine(string message)
    {
        var line = message.Split('\n', 2)[0].Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}
