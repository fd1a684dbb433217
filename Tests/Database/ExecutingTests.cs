using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// An executing batch shows its start, and a lost batch shows its former owner.
public sealed class ExecutingTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_whose_first_batch_executes_is_running_and_says_since_when()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.EnqueueAsync(_team, "orders", _run, 1);
        Assert.Equal(("waiting", null, null, null), await RunAsync());

        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        await owner.ClaimAsync();

        var claimed = await database.ScalarAsync<DateTime>(
            "SELECT claimed_at FROM orleans_batch.sink_cursor WHERE group_id = $1", owner.Key.GroupId);
        Assert.Equal(("running", claimed, 0, claimed), await RunAsync());
        Assert.Equal(["executing", "waiting"], await database.RowsAsync(
            "SELECT state FROM orleans_batch.batch_status WHERE run_id = $1 ORDER BY seq", r => r.GetString(0), _run));
        Assert.Equal(claimed, await database.ScalarAsync<DateTime>(
            "SELECT started_at FROM orleans_batch.batch_status WHERE run_id = $1 AND state = 'executing'", _run));
    }

    // Silo b finds the claim of silo a, but goes away before the loss is on record.
    [Fact]
    public async Task A_lost_attempt_names_the_silo_that_lost_it()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using (var lost = await TestOwner.OwnAsync(database, _team, "orders", "silo-a"))
        {
            await lost.ClaimAsync();
        }

        await using (var gone = await TestOwner.OpenAsync(database, _team, "orders", "silo-b"))
        {
            await Eventually.UntilAsync(gone.TryLockAsync, TimeSpan.FromSeconds(10), "the lock of the closed session is free");
            await gone.RunAsync("own", _ => true, gone.Key.GroupId, gone.Key.SinkId, "silo-b");
        }

        await using (await TestOwner.OwnAsync(database, _team, "orders", "silo-c"))
        {
            Assert.Equal(["lost silo-a"], await AttemptsAsync());
        }

        // The next loss is another silo's.
        await using (var next = await TestOwner.OwnAsync(database, _team, "orders", "silo-d"))
        {
            await next.ClaimAsync();
        }

        await using var last = await TestOwner.OwnAsync(database, _team, "orders", "silo-e");
        Assert.Equal(["lost silo-a", "lost silo-d"], await AttemptsAsync());
        await last.ClaimAsync();
        await last.Cursor.LeaveAsync(Ct);
    }

    [Fact]
    public async Task Indexes_that_no_batch_has_are_counted()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 2);
        await database.EnqueueAsync(_team, "orders", _run, 5);

        Assert.Equal(4, await database.ScalarAsync<long>("SELECT batches_missing FROM orleans_batch.run_status WHERE run_id = $1", _run));
    }

    private async Task<(string State, DateTime? StartedAt, int? Index, DateTime? Since)> RunAsync() =>
        Assert.Single(await database.RowsAsync(
            "SELECT state, started_at, executing_index, executing_since FROM orleans_batch.run_status WHERE run_id = $1",
            r => (r.GetString(0), r.IsDBNull(1) ? (DateTime?)null : r.GetDateTime(1), r.IsDBNull(2) ? (int?)null : r.GetInt32(2),
                r.IsDBNull(3) ? (DateTime?)null : r.GetDateTime(3)),
            _run));

    private Task<List<string>> AttemptsAsync() => database.RowsAsync(
        """
        SELECT concat_ws(' ', a.outcome, a.silo) FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 ORDER BY a.finished_at
        """,
        r => r.GetString(0), _team);
}
