using System.Text.Json;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The records of the owner's statements.
public sealed class OutcomeTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lost_claim_takes_its_attempt_back_and_counts_one_loss_once()
    {
        await using (var lost = await OwnAsync())
        {
            await lost.ClaimAsync();
        }

        await using var next = await TestOwner.OpenAsync(database, _team, "orders", "silo-b");
        await Eventually.UntilAsync(next.TryLockAsync, TimeSpan.FromSeconds(10), "the lock of the closed session is free");
        Assert.True(await next.Cursor.OwnAsync(Ct));

        Assert.Equal((0, 1, 1L, true), await CursorAsync(next));
        Assert.Equal(["lost"], await OutcomesAsync());

        Assert.False(await next.Cursor.OwnAsync(Ct));
        Assert.Equal((0, 1, 1L, true), await CursorAsync(next));
        Assert.Equal(["lost"], await OutcomesAsync());
    }

    [Fact]
    public async Task Claim_lost_with_a_restart_of_the_database_counts_no_loss()
    {
        await using var owner = await OwnAsync();
        await owner.ClaimAsync();
        await database.ExecuteAsync(
            "UPDATE orleans_batch.sink_cursor SET claimed_under = claimed_under - interval '1 hour' WHERE group_id = $1",
            owner.Key.GroupId);

        Assert.True(await owner.Cursor.OwnAsync(Ct));

        Assert.Equal((0, 0, 1L, true), await CursorAsync(owner));
        Assert.Equal(["lost"], await OutcomesAsync());
    }

    // Whoever owns next is asked whether the database was away when the owner fell silent.
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Claim_lost_in_an_outage_of_the_database_counts_no_loss(bool wasAway, int losses)
    {
        await using var owner = await OwnAsync();
        await owner.ClaimAsync();
        await database.ExecuteAsync(
            "UPDATE orleans_batch.sink_cursor SET heartbeat_at = heartbeat_at - interval '1 hour' WHERE group_id = $1", owner.Key.GroupId);
        var silence = TimeSpan.Zero;

        Assert.True(await owner.Cursor.OwnAsync(Ct, silentFor =>
        {
            silence = silentFor;
            return wasAway;
        }));

        Assert.InRange(silence, TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
        Assert.Equal((0, losses, 1L, true), await CursorAsync(owner));
        Assert.Equal(["lost"], await OutcomesAsync());
    }

    [Fact]
    public async Task Leaving_with_an_unfinished_claim_takes_its_attempt_back()
    {
        await using var owner = await OwnAsync();
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.Zero);
        await owner.ClaimAsync();

        await owner.Cursor.LeaveAsync(Ct);

        Assert.Equal(1, (await owner.Cursor.FetchAsync(Ct)).Attempts);
        Assert.False(await owner.Cursor.OwnAsync(Ct));
    }

    [Fact]
    public async Task Attempt_counts_up_over_retries_and_starts_anew_behind_the_entry()
    {
        await using var owner = await OwnAsync();
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.Zero);
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.Zero, "not_ready");
        Assert.Equal(1, (await owner.Cursor.FetchAsync(Ct)).Attempts);

        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);

        Assert.Equal(0, (await owner.Cursor.FetchAsync(Ct)).Attempts);
        Assert.Equal(["retry", "not_ready", "succeeded"], await OutcomesAsync());
    }

    [Fact]
    public async Task Failing_a_run_that_blocks_leaves_the_whole_of_it()
    {
        await using var owner = await OwnAsync();

        await owner.FailAsync(await owner.ClaimAsync(), "It can't be read.");

        var state = JsonDocument.Parse(await database.StateOfAsync(_team)).RootElement;
        Assert.Equal(2, state.GetProperty("cursors")[0].GetProperty("next_seq").GetInt64());
        Assert.Equal("failed", state.GetProperty("outcomes")[0].GetProperty("state").GetString());
        Assert.Equal("It can't be read.", state.GetProperty("outcomes")[0].GetProperty("first_error").GetString());
        Assert.Equal("failed", state.GetProperty("exceptions")[0].GetProperty("kind").GetString());
        Assert.Equal("blocked", state.GetProperty("parked")[0].GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("wakeups").ValueKind);
        Assert.Equal(["failed"], await OutcomesAsync());
    }

    // The owner is ended in the middle of the statement, at a wakeup that another session has locked.
    [Fact]
    public async Task Failing_a_run_that_blocks_leaves_nothing_when_its_session_ends_in_it()
    {
        await using var owner = await OwnAsync();
        var entry = await owner.ClaimAsync();
        var before = await database.StateOfAsync(_team);
        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.ExecuteAsync("SELECT FROM orleans_batch.wakeup WHERE team_id = $1 FOR UPDATE", _team);
        var failing = owner.FailAsync(entry, "It can't be read.");
        await StagedSession.WaitsForALockAsync(database, owner.Backend);

        await database.ExecuteAsync("SELECT pg_terminate_backend($1)", owner.Backend);
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => failing);
        await barrier.RollbackAsync();

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    [Fact]
    public async Task Failing_a_run_that_continues_keeps_the_groups_wakeups()
    {
        await using var owner = await OwnAsync("continue");

        await owner.FailAsync(await owner.ClaimAsync(), "It can't be read.");

        Assert.Equal(2, await database.WakeupsAsync(_team));
        Assert.False(await owner.Cursor.IsParkedAsync(Ct));
        Assert.Equal("failed", (await owner.StandingAsync()).SinkRunState);
    }

    [Fact]
    public async Task Skipped_batch_is_on_record_and_counted_and_was_never_applied()
    {
        await using var owner = await OwnAsync("continue");
        await owner.FailAsync(await owner.ClaimAsync(), "It can't be read.");

        await owner.SkipAsync(await owner.FetchAsync(), "The run has ended here: failed.");

        var state = JsonDocument.Parse(await database.StateOfAsync(_team)).RootElement;
        Assert.Equal(1, state.GetProperty("outcomes")[0].GetProperty("batches_skipped").GetInt64());
        Assert.Equal("skipped", state.GetProperty("exceptions")[1].GetProperty("kind").GetString());
        Assert.Equal(0, state.GetProperty("cursors")[0].GetProperty("applied_seq").GetInt64());
        Assert.Null((await owner.Cursor.FetchAsync(Ct)).Entry);
    }

    private async Task<TestOwner> OwnAsync(string onFailure = "block")
    {
        await database.AddSinkAsync("probe");
        var options = $$"""{"on_failure": "{{onFailure}}"}""";
        await database.EnqueueAsync(_team, "orders", _run, 0, options: options);
        await database.EnqueueAsync(_team, "orders", _run, 1, options: options);
        return await TestOwner.OwnAsync(database, _team, "orders");
    }

    private async Task<(int Attempt, int Losses, long SuspectTo, bool Unclaimed)> CursorAsync(TestOwner owner) =>
        Assert.Single(await database.RowsAsync(
            "SELECT attempt, losses, suspect_to, claimed_to IS NULL FROM orleans_batch.sink_cursor WHERE group_id = $1",
            r => (r.GetInt32(0), r.GetInt32(1), r.GetInt64(2), r.GetBoolean(3)),
            owner.Key.GroupId));

    private Task<List<string>> OutcomesAsync() => database.RowsAsync(
        """
        SELECT a.outcome FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 ORDER BY a.finished_at
        """,
        r => r.GetString(0),
        _team);
}
