using Npgsql;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A lock belongs to a session. Where a pooler shares sessions between connections, a silo must not even start.
public sealed class PoolerTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, 0, "Two open connections are served by one backend")]
    [InlineData(true, 1, "An open connection went from backend")]
    [InlineData(false, 1, "An open connection went from backend")]
    public async Task A_pooler_in_transaction_mode_is_found(bool inTurn, int others, string found)
    {
        await using var pooler = new FakePooler(Database.ConnectionString, inTurn: inTurn);

        // The pooler has another client's session to hand out, so the first statements of two connections meet different sessions.
        await using var other = new NpgsqlConnection(pooler.ConnectionString);
        await (others > 0 ? other.OpenAsync(Ct) : Task.CompletedTask);

        var error = await Assert.ThrowsAsync<PooledSessionException>(() => SessionCheck.RunAsync(pooler.ConnectionString, Ct));

        Assert.StartsWith(found, error.Message, StringComparison.Ordinal);
        Assert.Contains("pooler in transaction or statement mode", error.Message, StringComparison.Ordinal);
        Assert.Contains("Connect to Postgres directly", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_of_ones_own_are_accepted_directly_and_through_a_pooler_that_keeps_them()
    {
        await using var pooler = new FakePooler(Database.ConnectionString, keepsSessions: true);

        await SessionCheck.RunAsync(pooler.ConnectionString, Ct);
        await SessionCheck.RunAsync(Database.ConnectionString, Ct);
    }

    // The check runs in any host, before anything else of the engine.
    [Fact]
    public async Task A_silo_does_not_start_behind_such_a_pooler()
    {
        await using var pooler = new FakePooler(Database.ConnectionString);

        var error = await Record.ExceptionAsync(async () =>
            await (await TestSilos.StartAsync(Database, through: pooler.ConnectionString)).DisposeAsync());

        Assert.IsType<PooledSessionException>(error?.GetBaseException());
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink"));
    }

    [Fact]
    public async Task A_silo_does_not_start_on_a_Unix_socket()
    {
        var error = await Record.ExceptionAsync(async () =>
            await (await TestSilos.StartAsync(Database, through: "Host=/run/postgresql;Database=queue")).DisposeAsync());

        Assert.Contains("names a Unix socket", error?.GetBaseException().Message, StringComparison.Ordinal);
    }
}
