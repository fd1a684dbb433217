using Npgsql;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Commands;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

[Trait("Needs", "Postgres")]
public sealed class DatabaseHandleTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Given_database_is_used_as_it_is()
    {
        var given = await postgres.CreateDatabaseAsync();

        await using var handle = await DatabaseHandle.OpenAsync(given, TestContext.Current.CancellationToken);

        Assert.Equal((given, false), (handle.ConnectionString, handle.IsEmbedded));
    }

    [Theory]
    [InlineData("nonsense", "The connection string cannot be read: write it as Host=", ExitCodes.BadInput)]
    [InlineData("Port=many", "The connection string cannot be read: write it as Host=", ExitCodes.BadInput)]
    [InlineData("Database=x", "The connection string names no host: add Host=", ExitCodes.BadInput)]
    [InlineData("Host=127.0.0.1;Port=1", "Failed to connect to 127.0.0.1:1. Start Postgres there, or", ExitCodes.Environment)]
    [InlineData("Host=no-such-host.invalid", "The database's host name is unknown: correct", ExitCodes.Environment)]
    public async Task Unusable_connection_string_is_explained(string given, string beginning, int expected) =>
        await AssertExplainedAsync(given, beginning, expected);

    [Fact]
    public async Task Missing_database_and_wrong_password_are_explained()
    {
        var server = postgres.ServerConnectionString;

        await AssertExplainedAsync(
            new NpgsqlConnectionStringBuilder(server) { Database = "no_such" }.ConnectionString,
            "The database is missing (database \"no_such\" does not exist): create it, or",
            ExitCodes.Environment);
        await AssertExplainedAsync(
            new NpgsqlConnectionStringBuilder(server) { Password = "wrong" }.ConnectionString,
            "Postgres refused the user name or password: correct",
            ExitCodes.Environment);
    }

    private static async Task AssertExplainedAsync(string given, string beginning, int expected)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => DatabaseHandle.OpenAsync(given, TestContext.Current.CancellationToken));

        var (message, exitCode) = ErrorText.For(error);

        Assert.StartsWith(beginning, message);
        Assert.Equal(expected, exitCode);
    }
}
