using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Upgrade;

// A database is migrated while silos and producers use it: their transactions and the migration lock the same tables.
public sealed class UpgradeUnderWorkTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // The migration waits for a table that the other has read, and the other for one that the migration has changed.
    [Fact]
    public async Task A_migration_gives_way_to_a_transaction_that_it_would_wait_for_in_a_circle()
    {
        await using var old = await ReleasedDump.LoadAsync(postgres, "0038");
        await using var other = await old.Source.OpenConnectionAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);

        // The other is not the one that the server ends.
        await other.ScalarAsync<object>("SET LOCAL deadlock_timeout = '1h'");
        await other.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink_cursor");
        var migrating = Migrator.MigrateAsync(old.Source, Ct);
        await Eventually.UntilAsync(() => IsWaitingAsync(old), TimeSpan.FromSeconds(30), "the migration waits for the table");

        await other.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.run");
        await transaction.CommitAsync(Ct);

        Assert.NotEmpty((await migrating).Applied);
    }

    // Everybody else would wait behind the migration for as long.
    [Fact]
    public async Task A_migration_does_not_hold_others_up_while_it_waits_for_a_transaction_that_stays_open()
    {
        await using var old = await ReleasedDump.LoadAsync(postgres, "0038");
        await using var open = await old.Source.OpenConnectionAsync(Ct);
        await using var transaction = await open.BeginTransactionAsync(Ct);
        await open.ScalarAsync<long>("SELECT orleans_batch.enqueue(1, 'waiting', md5('another')::uuid, 0, 'in/another.parquet')");
        var migrating = Migrator.MigrateAsync(old.Source, Ct);
        await Eventually.UntilAsync(() => IsWaitingAsync(old), TimeSpan.FromSeconds(30), "the migration waits for the table");

        await old.ExecuteAsync("SELECT orleans_batch.enqueue(1, 'sealed', md5('meanwhile')::uuid, 0, 'in/meanwhile.parquet')");

        Assert.False(migrating.IsCompleted);
        await transaction.CommitAsync(Ct);
        Assert.NotEmpty((await migrating).Applied);
    }

    private static Task<bool> IsWaitingAsync(QueueDatabase database) => database.ScalarAsync<bool>(
        """
        SELECT EXISTS (
          SELECT FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_database AS d ON d.oid = l.database
          WHERE l.locktype = 'relation' AND NOT l.granted AND d.datname = current_database())
        """);
}
