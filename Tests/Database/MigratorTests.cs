using System.Reflection;
using Npgsql;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class MigratorTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrating_again_changes_nothing_and_keeps_what_is_there()
    {
        await using var source = await EmptyAsync();
        var first = await Migrator.MigrateAsync(source, Ct);
        await using var connection = await source.OpenConnectionAsync(Ct);
        await connection.ScalarAsync<long>("SELECT orleans_batch.enqueue(1, 'orders', gen_random_uuid(), 0, 'x')");

        Assert.NotEmpty(first.Applied);
        Assert.Equal(first.Applied.Order(StringComparer.Ordinal), first.Applied);
        Assert.True((await Migrator.MigrateAsync(source, Ct)).IsEmpty);
        Assert.Equal(1, await connection.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.log_entry"));
    }

    [Fact]
    public async Task Four_migrators_at_once_apply_each_file_once()
    {
        await using var source = await EmptyAsync();

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrator.MigrateAsync(source, Ct)));

        Assert.NotEmpty(Assert.Single(reports, r => !r.IsEmpty).Applied);
        await using var connection = await source.OpenConnectionAsync(Ct);
        Assert.Equal(
            reports.Sum(r => r.Applied.Count), await connection.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.migration"));
    }

    // The other migrators wait for the first one's transaction, which is held open here.
    [Fact]
    public async Task Migrator_waits_for_the_one_at_work()
    {
        await using var source = await EmptyAsync();
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await connection.ScalarAsync<object>(QueueStatements.Load("begin_migration").ToString());

        var migrating = Migrator.MigrateAsync(source, Ct);
        await Eventually.UntilAsync(
            () => connection.ScalarAsync<bool>(
                """
                SELECT EXISTS (
                  SELECT FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_database AS d ON d.oid = l.database
                  WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database())
                """),
            TimeSpan.FromSeconds(10),
            "the second migrator waits for the lock");
        await transaction.RollbackAsync(Ct);

        Assert.NotEmpty((await migrating).Applied);
    }

    [Fact]
    public async Task Failed_migration_leaves_nothing_behind()
    {
        await using var source = await EmptyAsync();
        await using var connection = await source.OpenConnectionAsync(Ct);
        await connection.ScalarAsync<object>("CREATE SCHEMA orleans_batch; CREATE TABLE orleans_batch.wakeup ()");

        await Assert.ThrowsAsync<PostgresException>(() => Migrator.MigrateAsync(source, Ct));

        Assert.Equal(
            "wakeup",
            await connection.ScalarAsync<string>(
                "SELECT string_agg(relname, ',') FROM pg_catalog.pg_class WHERE relnamespace = 'orleans_batch'::regnamespace"));
    }

    [Theory]
    [InlineData("log_entry")]
    [InlineData("batch_attempt")]
    public async Task Partitions_exist_from_yesterday_to_seven_days_ahead(string table)
    {
        await using var source = await EmptyAsync();
        await Migrator.MigrateAsync(source, Ct);
        await using var connection = await source.OpenConnectionAsync(Ct);

        // The day may change between the migration and this query.
        Assert.InRange(
            await connection.ScalarAsync<long>(
                """
                SELECT count(*) FROM generate_series(-1, 7) AS d
                WHERE pg_partition_root(to_regclass(format('orleans_batch.%I',
                  $1 || '_' || to_char((clock_timestamp() AT TIME ZONE 'UTC')::date + d::int, 'YYYYMMDD')))) IS NOT NULL
                """,
                table),
            8,
            9);
        Assert.Equal(0, await connection.ScalarAsync<int>("SELECT orleans_batch.ensure_partitions(7)"));
        Assert.Equal(2, await connection.ScalarAsync<int>("SELECT orleans_batch.ensure_partitions(8)"));
    }

    // Orleans' own classes ask the table for these keys. An upgrade that asks for more is noticed here.
    [Theory]
    [InlineData("Orleans.Clustering.AdoNet")]
    [InlineData("Orleans.Reminders.AdoNet")]
    public async Task Orleans_finds_all_its_queries(string assembly)
    {
        await using var source = await EmptyAsync();
        await Migrator.MigrateAsync(source, Ct);
        await using var connection = await source.OpenConnectionAsync(Ct);
        var queries = Assembly.Load(assembly).GetTypes().Single(t => t.Name == "DbStoredQueries");
        var wanted = queries
            .GetProperties(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Select(p => p.Name)
            .Where(n => n.EndsWith("Key", StringComparison.Ordinal))
            .ToArray();

        var found = await connection.ScalarAsync<string[]>("SELECT array_agg(QueryKey) FROM orleans.OrleansQuery");

        Assert.NotEmpty(wanted);
        Assert.Empty(wanted.Except(found!));
    }

    private async Task<NpgsqlDataSource> EmptyAsync() =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { MaxPoolSize = 8 }.ConnectionString);
}
