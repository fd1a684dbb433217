using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

[Trait("Needs", "Postgres")]
public sealed class PostgresFixtureTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_database_is_fresh()
    {
        var first = await postgres.CreateDatabaseAsync();
        var second = await postgres.CreateDatabaseAsync();

        Assert.Equal(1, await Sql.ScalarAsync<int>(first, "CREATE TABLE mine AS SELECT 1 AS n; SELECT n FROM mine"));
        Assert.True(await Sql.ScalarAsync<bool>(second, "SELECT to_regclass('mine') IS NULL"));
    }
}
