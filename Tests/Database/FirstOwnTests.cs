using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The beginning of a sink in a group that it comes to for the first time.
public sealed class FirstOwnTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sink_begins_with_the_oldest_entry_that_is_still_there()
    {
        await EnqueueAsync(3);
        await ForgetAsync(1);

        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");

        Assert.Equal(2, (await owner.FetchAsync()).Seq);
    }

    [Fact]
    public async Task Sink_begins_behind_a_log_of_which_nothing_is_left()
    {
        await EnqueueAsync(3);
        await ForgetAsync(3);

        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");

        var position = await owner.Cursor.FetchAsync(Ct);
        Assert.Equal(4, position.NextSeq);
        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));
    }

    // A producer that is open during the first own commits behind the tail that the owner saw.
    [Fact]
    public async Task Entry_that_is_committed_after_the_first_own_is_not_missed()
    {
        await EnqueueAsync(3);
        await ForgetAsync(3);
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "orders", _run, 3);

        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        Assert.Null((await owner.Cursor.FetchAsync(Ct)).Entry);
        await producer.CommitAsync();

        Assert.Equal(4, (await owner.FetchAsync()).Seq);
    }

    [Fact]
    public async Task Sink_that_starts_at_the_tail_begins_with_the_first_entry_that_is_not_older_and_leaves_older_runs_out()
    {
        await EnqueueAsync(2);
        var tail = await database.AddSinkAsync("tail");
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET starts_at = clock_timestamp() WHERE sink_id = $1", tail);
        await database.EnqueueAsync(_team, "orders", _run, 2);
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);

        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", sink: "tail");

        var old = await owner.FetchAsync();
        Assert.Equal((3L, true), (old.Seq, (await owner.StandingAsync()).BeganBeforeSink));
        await owner.SkipAsync(old);
        var young = await owner.FetchAsync();
        Assert.Equal((4L, false), (young.Seq, (await owner.StandingAsync()).BeganBeforeSink));
    }

    [Fact]
    public async Task Sink_that_starts_at_the_tail_begins_behind_it_when_nothing_came_since()
    {
        await EnqueueAsync(2);
        var tail = await database.AddSinkAsync("tail");
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET starts_at = clock_timestamp() WHERE sink_id = $1", tail);

        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", sink: "tail");

        Assert.Equal(3, (await owner.Cursor.FetchAsync(Ct)).NextSeq);
    }

    [Fact]
    public async Task Later_own_leaves_the_cursor_where_it_is()
    {
        await EnqueueAsync(3);
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);

        await owner.Cursor.OwnAsync(Ct);

        Assert.Equal(3, (await owner.FetchAsync()).Seq);
    }

    private async Task EnqueueAsync(int batches)
    {
        await database.AddSinkAsync("probe");
        for (var index = 0; index < batches; index++)
        {
            await database.EnqueueAsync(_team, "orders", _run, index);
        }
    }

    // Deletes entries as retention does.
    private Task ForgetAsync(long upTo) => database.ExecuteAsync(
        "DELETE FROM orleans_batch.log_entry AS e USING orleans_batch.batch_group AS g WHERE g.group_id = e.group_id AND g.team_id = $1 "
            + "AND e.seq <= $2",
        _team, upTo);
}
