using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// G7 for the steps of a tenure, whose statements are in functions. The server's counts for the transaction tell what was read.
public sealed class TenurePlanTests(SeededDatabase queue) : IClassFixture<SeededDatabase>
{
    // The group is in order, unlike others that are seeded as parked, paused or asked for something.
    private const int Group = 7;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tenure_reads_no_table_from_end_to_end()
    {
        await using var owner = await WorkAsync();

        var reads = await owner.Connection.ScalarAsync<string>(
            """
            SELECT string_agg(relname, ', ') FROM pg_catalog.pg_stat_xact_user_tables
            WHERE schemaname = 'orleans_batch' AND seq_scan > 0
            """);

        Assert.Null(reads);
    }

    // The executor opens each partition that it may have to read, read or not, so the cost would grow with the days that are kept.
    [Fact]
    public async Task A_tenure_looks_into_no_partition_of_former_days()
    {
        await using var owner = await WorkAsync();

        var opened = await owner.Connection.ScalarAsync<string[]>(
            """
            SELECT array_agg(DISTINCT t.relname)
            FROM pg_catalog.pg_locks AS l
            JOIN pg_catalog.pg_index AS i ON i.indexrelid = l.relation
            JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
            WHERE l.pid = pg_backend_pid() AND t.relname LIKE 'log_entry_%'
            """);

        Assert.InRange(opened!.Length, 1, 2);
    }

    // From the lock to the unlock, in a transaction that is still open. An earlier one has planned, which locks whatever there is.
    private async Task<TestOwner> WorkAsync()
    {
        var owner = await TestOwner.OpenAsync(
            queue.Database, 1 + (Group % 1000), $"schema {Group}", lifetime: new OrleansBatchOptions());
        await owner.SetAsync("BEGIN");
        await TenureAsync(owner);
        await owner.SetAsync("ROLLBACK");
        await owner.SetAsync("BEGIN");
        await TenureAsync(owner);
        return owner;
    }

    private static async Task TenureAsync(TestOwner owner)
    {
        var window = (await owner.Cursor.TryOwnAsync(5, Ct)).Window!;
        window = await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(5), 5, OnDrained.GiveUpGroupAndLock);
        Assert.Null(await owner.Cursor.AdvanceWindowAsync(window!, TestOwner.Applied(5), 5, OnDrained.GiveUpGroupAndLock));
        Assert.True(owner.Cursor.IsLockReleased);
    }
}
