using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// Of two producers of one group the second waits at the group's row, and looks the batch up in a statement after the wait.
public sealed class DedupInterleavingTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Same_batch_from_two_producers_is_one_entry_with_one_seq(bool groupAndRunExist)
    {
        var expected = groupAndRunExist ? 2 : 1;
        if (groupAndRunExist)
        {
            await database.EnqueueAsync(_team, "orders", _run, 0);
        }

        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        Assert.Equal(expected, await first.EnqueueAsync(_team, "orders", _run, 1));

        var waiting = second.EnqueueAsync(_team, "orders", _run, 1);
        await second.WaitsForALockAsync();
        await first.CommitAsync();

        Assert.Equal(expected, await waiting);
        Assert.Equal(expected, await database.EntriesAsync(_team));
        Assert.Equal(expected + 1, await database.EnqueueAsync(_team, "orders", _run, 2));
    }

    [Fact]
    public async Task Second_producer_enqueues_the_batch_when_the_first_rolls_back()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        await first.EnqueueAsync(_team, "orders", _run, 1);

        var waiting = second.EnqueueAsync(_team, "orders", _run, 1);
        await second.WaitsForALockAsync();
        await first.RollbackAsync();

        Assert.Equal(2, await waiting);
        Assert.Equal(2, await database.EntriesAsync(_team));
    }

    [Fact]
    public async Task Batch_that_waited_behind_the_final_one_is_refused()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        await first.EnqueueAsync(_team, "orders", _run, 1, final: true);

        var waiting = second.EnqueueAsync(_team, "orders", _run, 2);
        await second.WaitsForALockAsync();
        await first.CommitAsync();

        Assert.Equal("OB004", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => waiting)).SqlState);
        Assert.Equal(2, await database.EntriesAsync(_team));
    }

    [Fact]
    public async Task One_run_id_in_two_groups_at_once_belongs_to_the_first_to_commit()
    {
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        await first.EnqueueAsync(_team, "orders", _run, 0);

        var waiting = second.EnqueueAsync(_team, "invoices", _run, 0);
        await second.WaitsForALockAsync();
        await first.CommitAsync();

        Assert.Equal("OB003", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => waiting)).SqlState);
        Assert.Equal(0, await database.GroupIdAsync(_team, "invoices"));
    }

    // Seq order is commit order: nobody can see an entry while a lower seq is still to come.
    [Fact]
    public async Task Later_producer_gets_the_later_seq_and_commits_later()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        Assert.Equal(2, await first.EnqueueAsync(_team, "orders", _run, 1));

        var waiting = second.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await second.WaitsForALockAsync();
        Assert.Equal(1, await database.EntriesAsync(_team));
        await first.CommitAsync();

        Assert.Equal(3, await waiting);
    }
}
