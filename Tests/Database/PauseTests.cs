using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class PauseTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly long _other = TestIds.NextTeam();
    private short _alpha;
    private short _beta;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("DELETE FROM orleans_batch.pause");
        await database.ExecuteAsync("DELETE FROM orleans_batch.parked");
        _alpha = await database.AddSinkAsync("alpha");
        _beta = await database.AddSinkAsync("beta");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The covered ones of (team, orders), (team, invoices) and (other team, orders), each in alpha and beta.
    [Theory]
    [InlineData("", "111111")]
    [InlineData("team_id => $1", "111100")]
    [InlineData("team_id => $1, schema_id => 'orders'", "110000")]
    [InlineData("sink => 'beta'", "010101")]
    [InlineData("team_id => $1, sink => 'beta'", "010100")]
    [InlineData("team_id => $1, schema_id => 'orders', sink => 'alpha'", "100000")]
    public async Task Pause_covers_its_scope_and_nothing_else_until_it_is_resumed(string scope, string covered)
    {
        Assert.True(await CallAsync<bool>("pause", scope));
        Assert.False(await CallAsync<bool>("pause", scope));

        Assert.Equal(covered, await CoveredAsync());

        Assert.Equal(0, await CallAsync<int>("resume", scope));
        Assert.Equal("000000", await CoveredAsync());
        Assert.Equal(0, await CallAsync<int>("resume", scope));
    }

    [Fact]
    public async Task Pause_and_resume_are_on_record_when_they_change_something()
    {
        for (var call = 0; call < 2; call++)
        {
            await CallAsync<bool>("pause", "team_id => $1, schema_id => 'orders'", "who => 'ann', why => 'moving'");
        }

        for (var call = 0; call < 2; call++)
        {
            await CallAsync<int>("resume", "team_id => $1, schema_id => 'orders'", "who => 'bob', why => 'moved'");
        }

        Assert.Equal(["pause, ann, moving", "resume, bob, moved"], await database.ActionsAsync($"group {_team}/orders"));
    }

    [Fact]
    public async Task Resuming_wakes_what_no_other_pause_covers_and_gives_its_open_runs_time()
    {
        var run = Guid.NewGuid();
        await ParkAsync("orders", run);
        await ParkAsync("invoices", Guid.NewGuid());
        await database.AgeAsync(run, hours: 7);
        await CallAsync<bool>("pause", "team_id => $1");
        await CallAsync<bool>("pause", "team_id => $1, schema_id => 'invoices'");
        Assert.Equal(0, await database.ScalarAsync<int>("SELECT orleans_batch.wake_resumed()"));

        Assert.Equal(1, await CallAsync<int>("resume", "team_id => $1"));

        Assert.Equal(["invoices parked", "orders woken"], await WaitingAsync());
        Assert.True(await database.ScalarAsync<bool>(
            "SELECT alive_at > clock_timestamp() - interval '1 hour' FROM orleans_batch.run WHERE run_id = $1", run));
    }

    [Fact]
    public async Task Resuming_leaves_what_waits_for_another_reason_parked()
    {
        await ParkAsync("orders", Guid.NewGuid(), "blocked");
        await CallAsync<bool>("pause", "team_id => $1");

        Assert.Equal(0, await CallAsync<int>("resume", "team_id => $1"));

        Assert.Equal(["orders parked"], await WaitingAsync());
    }

    [Fact]
    public async Task Scope_that_only_a_wider_pause_covers_is_refused_with_that_pause()
    {
        await CallAsync<bool>("pause", "team_id => $1", "who => 'ann', why => 'moving'");

        await database.RefusesAsync(
            _team, "OB035", $"it is covered by the pause of team {_team} (by ann: moving)",
            () => CallAsync<int>("resume", "team_id => $1, schema_id => 'orders'"));
    }

    [Fact]
    public async Task Schema_without_a_team_and_unknown_sink_are_refused()
    {
        await database.RefusesAsync(_team, "OB034", "only together with its team", () => CallAsync<bool>("pause", "schema_id => 'orders'"));
        await database.RefusesAsync(_team, "OB026", "no sink named \"lake\"", () => CallAsync<bool>("pause", "sink => 'lake'"));
        await database.RefusesAsync(_team, "OB026", "no sink named \"lake\"", () => CallAsync<int>("resume", "sink => 'lake'"));
    }

    // The owner has seen the pause and parks while the resume is open. The resume can't see the row, but a later look can.
    [Fact]
    public async Task Group_that_is_parked_while_it_is_resumed_is_woken_by_the_next_look()
    {
        await CallAsync<bool>("pause", "team_id => $1");
        await using var resuming = await StagedSession.BeginAsync(database);
        Assert.Equal(0, await resuming.ScalarAsync<int>("SELECT orleans_batch.resume($1)", _team));
        await ParkAsync("orders", Guid.NewGuid());
        Assert.Equal(0, await database.ScalarAsync<int>("SELECT orleans_batch.wake_resumed()"));
        await resuming.CommitAsync();

        Assert.Equal(["orders parked"], await WaitingAsync());
        Assert.Equal(1, await database.ScalarAsync<int>("SELECT orleans_batch.wake_resumed()"));
        Assert.Equal(["orders woken"], await WaitingAsync());
    }

    [Fact]
    public async Task Two_that_wake_at_once_wake_each_group_once_and_wait_for_nobody()
    {
        await ParkAsync("orders", Guid.NewGuid());
        await using var resuming = await StagedSession.BeginAsync(database);
        Assert.Equal(1, await resuming.ScalarAsync<int>("SELECT orleans_batch.resume($1)", _team));
        await using var sweeping = await StagedSession.OpenAsync(database);
        await sweeping.ExecuteAsync("SET lock_timeout = '1s'");

        Assert.Equal(0, await sweeping.ScalarAsync<int>("SELECT orleans_batch.wake_resumed()"));

        await resuming.CommitAsync();
        Assert.Equal(["orders woken"], await WaitingAsync());
    }

    // An operator's open transaction delays no owner.
    [Fact]
    public async Task Open_pause_delays_no_owner()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var pausing = await StagedSession.BeginAsync(database);
        await pausing.ExecuteAsync("SELECT orleans_batch.pause($1)", _team);
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        await owner.SetAsync("SET lock_timeout = '1s'");

        await owner.ApplyAllAsync();

        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Disabled_sink_is_covered_until_it_is_enabled()
    {
        await database.ExecuteAsync("SELECT orleans_batch.disable_sink('beta')");
        Assert.Equal("010101", await CoveredAsync());

        await database.ExecuteAsync("SELECT orleans_batch.enable_sink('beta')");
        Assert.Equal("000000", await CoveredAsync());
    }

    private Task<T?> CallAsync<T>(string verb, string scope, string by = "") => database.ScalarAsync<T>(
        $"SELECT orleans_batch.{verb}({string.Join(", ", new[] { scope, by }.Where(a => a.Length > 0))}) WHERE $1 > 0", _team);

    private Task<string?> CoveredAsync() => database.ScalarAsync<string>(
        """
        SELECT string_agg(EXISTS (SELECT FROM orleans_batch.pauses_of(k.team, k.schema, s.id))::int::text, '' ORDER BY k.n, s.id)
        FROM (VALUES (1, $1, 'orders'), (2, $1, 'invoices'), (3, $2, 'orders')) AS k(n, team, schema),
          (VALUES ($3), ($4)) AS s(id)
        """,
        _team, _other, _alpha, _beta);

    private async Task ParkAsync(string schema, Guid run, string reason = "paused")
    {
        await database.EnqueueAsync(_team, schema, run, 0);
        await database.ExecuteAsync(
            """
            WITH woken AS (DELETE FROM orleans_batch.wakeup WHERE team_id = $1 RETURNING 1)
            INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason)
            SELECT g.group_id, $3, g.team_id, NULL, $4 FROM orleans_batch.batch_group AS g WHERE g.team_id = $1 AND g.schema_id = $2
            """,
            _team, schema, _alpha, reason);
    }

    private Task<List<string>> WaitingAsync() => database.RowsAsync(
        """
        SELECT concat_ws(' ', g.schema_id,
          CASE WHEN EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.group_id = g.group_id) THEN 'parked' END,
          CASE WHEN EXISTS (SELECT FROM orleans_batch.wakeup AS w WHERE w.group_id = g.group_id) THEN 'woken' END)
        FROM orleans_batch.batch_group AS g WHERE g.team_id = $1 ORDER BY g.schema_id
        """,
        r => r.GetString(0), _team);
}
