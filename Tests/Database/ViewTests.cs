using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// Scripts and operators rely on these names and their order. Columns may only be added behind them.
public sealed class ViewTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    [Theory]
    [InlineData("batch_status", "team_id, schema_id, sink, run_id, batch_index, seq, state, attempt, last_error")]
    [InlineData("group_status", "team_id, schema_id, sink, waiting, state, next_seq, epoch, owner, heartbeat_at, retry_at, paused")]
    [InlineData("lock_owner", "team_id, schema_id, sink, silo, backend_pid, since")]
    [InlineData(
        "probe_ledger",
        "team_id, schema_id, seq, run_id, batch_index, attempt, epoch, silo, os_pid, started_at, finished_at, outcome")]
    public async Task View_begins_with_the_columns_that_are_fixed(string view, string columns)
    {
        var names = await database.RowsAsync(
            """
            SELECT attname FROM pg_catalog.pg_attribute
            WHERE attrelid = ('orleans_batch.' || $1)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """,
            r => r.GetString(0),
            view);

        var expected = columns.Split(", ");
        Assert.Equal(expected, names.Take(expected.Length));
    }

    [Fact]
    public async Task What_is_enqueued_before_there_is_any_sink_shows_as_waiting()
    {
        var team = TestIds.NextTeam();
        await database.ExecuteAsync("DELETE FROM orleans_batch.sink");
        await database.EnqueueAsync(team, "s", Guid.NewGuid(), 0);

        Assert.Equal(
            "waiting", await database.ScalarAsync<string>("SELECT state FROM orleans_batch.batch_status WHERE team_id = $1", team));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT waiting FROM orleans_batch.group_status WHERE team_id = $1", team));
    }

    [Fact]
    public async Task Only_the_batch_that_really_runs_is_executing()
    {
        var team = TestIds.NextTeam();
        var run = Guid.NewGuid();
        await database.AddSinkAsync("probe");
        for (var index = 0; index < 4; index++)
        {
            await database.EnqueueAsync(team, "orders", run, index);
        }

        await using (var owner = await TestOwner.OwnAsync(database, team, "orders"))
        {
            await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), TestContext.Current.CancellationToken);
            Assert.Equal(["succeeded", "waiting", "waiting", "waiting"], await StatesAsync(team));

            var entry = await owner.ClaimAsync();
            Assert.Equal(["succeeded", "executing", "waiting", "waiting"], await StatesAsync(team));
            Assert.Equal(("executing", 2L, "silo-a"), await GroupAsync(team));
            Assert.Equal(owner.Backend, await database.ScalarAsync<int>(
                "SELECT backend_pid FROM orleans_batch.lock_owner WHERE team_id = $1 AND silo = 'silo-a'", team));

            await owner.ParkAsync(entry, TimeSpan.FromHours(1));
            Assert.Equal(["succeeded", "waiting_retry", "waiting", "waiting"], await StatesAsync(team));

            await database.ExecuteAsync("DELETE FROM orleans_batch.parked WHERE team_id = $1", team);
            await owner.ClaimAsync();
            await owner.FailAsync(entry, "It failed.");
            await owner.SkipAsync(await owner.FetchAsync(), "The run failed.");
            await owner.ClaimAsync();
        }

        // A claim whose owner is gone doesn't run.
        await Eventually.EqualsAsync(
            "succeeded,failed,skipped,waiting", async () => string.Join(',', await StatesAsync(team)), TimeSpan.FromSeconds(10),
            "the lock of the closed session is free");
    }

    private Task<List<string>> StatesAsync(long team) => database.RowsAsync(
        "SELECT state FROM orleans_batch.batch_status WHERE team_id = $1 ORDER BY seq", r => r.GetString(0), team);

    private async Task<(string State, long Waiting, string Owner)> GroupAsync(long team) => Assert.Single(await database.RowsAsync(
        "SELECT state, waiting, owner FROM orleans_batch.group_status WHERE team_id = $1",
        r => (r.GetString(0), r.GetInt64(1), r.GetString(2)),
        team));
}
