using System.Net.Sockets;
using Npgsql;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Commands;

namespace OrleansBatch.Tests.Unit;

public sealed class ErrorTextTests
{
    [Theory]
    [InlineData(PostgresErrorCodes.InvalidPassword, "Postgres refused the user name or password: correct --connection or Conn")]
    [InlineData(PostgresErrorCodes.InvalidAuthorizationSpecification, "Postgres refused the login (its words): correct --connection")]
    [InlineData(PostgresErrorCodes.InvalidCatalogName, "The database is missing (its words): create it, or correct --connection")]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, "Postgres refused it (its words): grant the right to this user")]
    [InlineData(PostgresErrorCodes.TooManyConnections, "Postgres has no connection left: raise max_connections")]
    [InlineData(PostgresErrorCodes.CannotConnectNow, "Postgres is not ready (its words): try again in a moment.")]
    [InlineData(PostgresErrorCodes.AdminShutdown, "Postgres was shut down: start it and try again.")]
    public void Refusal_of_Postgres_says_what_to_do(string sqlState, string beginning)
    {
        var (message, exitCode) = ErrorText.For(new PostgresException("its words", "FATAL", "FATAL", sqlState));

        Assert.StartsWith(beginning, message);
        Assert.Equal(ExitCodes.Environment, exitCode);
    }

    [Fact]
    public void Other_error_of_Postgres_is_a_failed_run()
    {
        var (message, exitCode) = ErrorText.For(new PostgresException("division by zero", "ERROR", "ERROR", "22012"));

        Assert.Equal("Postgres reported \"division by zero\" (22012): run it again with --verbose to see where.", message);
        Assert.Equal(ExitCodes.Failed, exitCode);
    }

    [Fact]
    public void Refused_connection_names_the_address()
    {
        var refused = new NpgsqlException("Failed to connect to 127.0.0.1:5432", new SocketException((int)SocketError.ConnectionRefused));

        Assert.Equal(
            ("Failed to connect to 127.0.0.1:5432. Start Postgres there, or correct --connection or ConnectionStrings__OrleansBatch.",
                ExitCodes.Environment),
            ErrorText.For(refused));
    }

    [Fact]
    public void Taken_port_is_found_inside_the_hosts_exception()
    {
        var taken = new IOException("Failed to bind.", new SocketException((int)SocketError.AddressAlreadyInUse));

        var (message, exitCode) = ErrorText.For(taken);

        Assert.StartsWith("The port to listen on is taken by another program", message);
        Assert.Equal(ExitCodes.Environment, exitCode);
    }

    [Fact]
    public void Startup_exception_keeps_its_sentence_and_code()
    {
        var wrapped = new InvalidOperationException("outer", new StartupException("The database is newer.", ExitCodes.BadInput));

        Assert.Equal(("The database is newer.", ExitCodes.BadInput), ErrorText.For(wrapped));
    }

    [Fact]
    public void Cancellation_is_an_interruption_only_when_the_user_asked_for_it()
    {
        Assert.Equal(("Interrupted.", ExitCodes.Interrupted), ErrorText.For(new TaskCanceledException(), interrupted: true));
        Assert.Equal(ExitCodes.Failed, ErrorText.For(new TaskCanceledException()).ExitCode);
    }

    [Fact]
    public void Anything_else_is_one_line_and_a_failed_run()
    {
        Assert.Equal(
            ("Something broke. Run it again with --verbose to see where.", ExitCodes.Failed),
            ErrorText.For(new InvalidOperationException("Something broke\nwith details")));
    }
}
