using OrleansBatch.Grains.Queue;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The sweep mends, sink by sink, only groups that have work and nothing that would start them.
public sealed class MendedWakeupTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private short _lake;
    private short _follower;

    public async ValueTask InitializeAsync()
    {
        _lake = await database.AddSinkAsync("lake");
        _follower = await database.AddSinkAsync("follower");
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET upstream_id = $2 WHERE sink_id = $1", _follower, _lake);
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Follower_is_woken_only_when_its_upstream_has_passed_an_entry()
    {
        Assert.Equal([_lake], await MendAsync());

        await database.PassAsync(_team, "orders", _lake, 2);
        Assert.Equal([_follower], await MendAsync());

        await database.PassAsync(_team, "orders", _follower, 2);
        Assert.Empty(await MendAsync());
    }

    // The sink has been seeded with nothing yet, which is in order.
    [Fact]
    public async Task Sink_that_is_being_added_is_left_to_its_seeding()
    {
        await database.PassAsync(_team, "orders", _lake, 2);
        await database.PassAsync(_team, "orders", _follower, 2);
        var added = await database.ScalarAsync<short>("SELECT orleans_batch.add_sink('added')");

        Assert.Empty(await MendAsync());

        await database.ExecuteAsync("DELETE FROM orleans_batch.sink WHERE sink_id = $1", added);
    }

    private async Task<List<short>> MendAsync()
    {
        await using (var session = await StagedSession.OpenAsync(database))
        {
            await QueueStatements.Load("mend_wakeups").On(session.Connection, 0, 100_000)
                .FirstAsync(r => r.GetInt32(1), TestContext.Current.CancellationToken);
        }

        var mended = await database.RowsAsync("SELECT sink_id FROM orleans_batch.wakeup WHERE team_id = $1", r => r.GetInt16(0), _team);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup");
        return mended;
    }
}
