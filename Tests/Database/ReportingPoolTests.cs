using Npgsql;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class ReportingPoolTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    // The second use gets the same session, which Npgsql would set back to the server's defaults.
    [Fact]
    public async Task Plans_stay_uncompiled_at_each_use_of_a_session()
    {
        await Database.ExecuteAsync($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database} SET jit = on");
        await using var pool = ReportingPool.Create(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { MaxPoolSize = 1 });

        await using var other = new NpgsqlConnection(Database.ConnectionString + ";Pooling=false");
        await other.OpenAsync(TestContext.Current.CancellationToken);

        var uses = new List<(int Session, string? Jit)>();
        for (var i = 0; i < 2; i++)
        {
            await using var connection = await pool.OpenConnectionAsync(TestContext.Current.CancellationToken);
            uses.Add((connection.ProcessID, await connection.ScalarAsync<string>("SHOW jit")));
        }

        Assert.Equal("on", await other.ScalarAsync<string>("SHOW jit"));
        Assert.Equal([(uses[0].Session, "off"), (uses[0].Session, "off")], uses);
    }
}
