using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// While a run goes on by windows, its counts stand in the cursor's row; whoever leaves the windows moves them to the run, once.
public sealed class RunCountsTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counts_that_a_window_left_in_the_row_are_moved_once()
    {
        await using var owner = await StageAsync();
        var cursor = CursorOf(owner);
        await PassOneAsync(cursor);
        Assert.Null(await CountedAsync());

        await cursor.SettleCountsAsync();
        await cursor.SettleCountsAsync();

        Assert.Equal(1, await CountedAsync());
        Assert.False(await RowHoldsCountsAsync());
    }

    [Fact]
    public async Task Counts_that_a_former_owner_left_are_moved_by_the_next_one_that_owns_in_detail()
    {
        await using var former = await StageAsync();
        await PassOneAsync(CursorOf(former));
        await former.UnlockAsync();
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");

        await owner.Cursor.SettleCountsAsync();

        Assert.Equal(1, await CountedAsync());
        Assert.False(await RowHoldsCountsAsync());
    }

    private async Task<TestOwner> StageAsync()
    {
        await database.AddSinkAsync("probe");
        for (var index = 0; index < 3; index++)
        {
            await database.EnqueueAsync(_team, "orders", _run, index);
        }

        return await TestOwner.OpenAsync(database, _team, "orders");
    }

    // Its time stands still: the counts are moved every second otherwise.
    private GroupCursor CursorOf(TestOwner owner) =>
        new(owner.Session, new GroupKey(_team, "orders"), owner.Key, "silo-a", tellsHooks: false, new FakeTimeProvider());

    private static async Task PassOneAsync(GroupCursor cursor)
    {
        var window = (await cursor.TryOwnAsync(1, Ct)).Window!;
        Assert.NotNull(await cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 2, OnDrained.Keep));
    }

    private Task<long?> CountedAsync() =>
        database.ScalarAsync<long?>("SELECT batches_applied FROM orleans_batch.sink_run WHERE run_id = $1", _run);

    private Task<bool> RowHoldsCountsAsync() => database.ScalarAsync<bool>(
        """
        SELECT c.run_id IS NOT NULL FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1
        """,
        _team);
}
