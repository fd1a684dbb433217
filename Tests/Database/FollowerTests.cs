using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A follower sees the entries that its upstream has passed, and none of its wakeups is lost.
public sealed class FollowerTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Moves => ["advance", "skip", "fail", "advance_replayed"];

    [Fact]
    public async Task Entry_is_seen_once_the_upstream_has_passed_it_and_in_order()
    {
        await using var upstream = await OwnUpstreamAsync(2);
        await using var follower = await OwnFollowerAsync();
        Assert.Null((await follower.Cursor.FetchAsync(Ct)).Entry);

        await upstream.Cursor.AdvanceAsync(await upstream.ClaimAsync(), new(), Ct);
        Assert.Equal(1, (await follower.FetchAsync()).Seq);
        await upstream.Cursor.AdvanceAsync(await upstream.ClaimAsync(), new(), Ct);
        Assert.Equal(1, (await follower.FetchAsync()).Seq);

        await follower.Cursor.AdvanceAsync(await follower.ClaimAsync(), new(), Ct);
        Assert.Equal(2, (await follower.FetchAsync()).Seq);
        await follower.Cursor.AdvanceAsync(await follower.ClaimAsync(), new(), Ct);
        Assert.Null((await follower.Cursor.FetchAsync(Ct)).Entry);
    }

    [Theory]
    [MemberData(nameof(Moves))]
    public async Task Each_move_of_the_upstream_brings_a_wakeup_of_the_follower(string move)
    {
        await using var upstream = await OwnUpstreamAsync(1);
        var follower = await database.AddFollowerAsync("after", "probe");
        var entry = await upstream.ClaimAsync();
        await database.ExecuteAsync(
            "UPDATE orleans_batch.sink_cursor SET replay_to = 1 WHERE group_id = $1 AND $2::text = 'advance_replayed'",
            upstream.Key.GroupId, move);

        await (move switch
        {
            "advance" => upstream.Cursor.AdvanceAsync(entry, new(), Ct),
            "advance_replayed" => upstream.Cursor.AdvanceReplayedAsync(entry, true, new(), Ct),
            "skip" => upstream.SkipAsync(entry),
            _ => upstream.FailAsync(entry),
        });

        Assert.Equal(1, await WakeupsAsync(follower));
    }

    [Fact]
    public async Task Notification_is_sent_only_when_the_follower_had_no_wakeup()
    {
        await using var upstream = await OwnUpstreamAsync(2);
        await database.AddFollowerAsync("after", "probe");
        await using var listener = await StagedSession.OpenAsync(database);
        var heard = 0;
        listener.Connection.Notification += (_, n) => heard += n.PID == upstream.Backend ? 1 : 0;
        await listener.ExecuteAsync("LISTEN orleans_batch_wakeup");

        await upstream.ApplyAllAsync();
        await listener.ExecuteAsync("SELECT 1");

        Assert.Equal(1, heard);
    }

    [Fact]
    public async Task Follower_is_drained_when_it_has_passed_what_the_upstream_has()
    {
        await using var upstream = await OwnUpstreamAsync(2);
        await using var follower = await OwnFollowerAsync();
        await WakeAsync(follower);
        Assert.True(await follower.Cursor.DropWakeupsIfDrainedAsync(Ct));
        Assert.Equal(0, await WakeupsAsync(follower.Key.SinkId));

        await upstream.Cursor.AdvanceAsync(await upstream.ClaimAsync(), new(), Ct);
        Assert.False(await follower.Cursor.DropWakeupsIfDrainedAsync(Ct));
        Assert.Equal(1, await WakeupsAsync(follower.Key.SinkId));

        await follower.ApplyAllAsync();
        Assert.True(await follower.Cursor.DropWakeupsIfDrainedAsync(Ct));
        Assert.Equal(0, await WakeupsAsync(follower.Key.SinkId));
    }

    [Fact]
    public async Task Move_of_the_upstream_that_is_open_during_the_followers_check_brings_its_own_wakeup()
    {
        await using var upstream = await OwnUpstreamAsync(1);
        await using var follower = await OwnFollowerAsync();
        var entry = await upstream.ClaimAsync();
        await upstream.BeginAsync();
        await upstream.Cursor.AdvanceAsync(entry, new(), Ct);

        Assert.True(await follower.Cursor.DropWakeupsIfDrainedAsync(Ct));
        await upstream.CommitAsync();

        Assert.Equal(1, await WakeupsAsync(follower.Key.SinkId));
        Assert.Equal(1, (await follower.FetchAsync()).Seq);
    }

    // The delete is held at an old wakeup, after its snapshot was taken, while the upstream's move is committed.
    [Fact]
    public async Task Move_of_the_upstream_that_is_committed_between_the_checks_snapshot_and_its_end_keeps_its_wakeup()
    {
        await using var upstream = await OwnUpstreamAsync(1);
        await using var follower = await OwnFollowerAsync();
        await WakeAsync(follower);
        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.ExecuteAsync(
            "SELECT FROM orleans_batch.wakeup WHERE team_id = $1 AND sink_id = $2 FOR UPDATE", _team, follower.Key.SinkId);
        var dropping = follower.Cursor.DropWakeupsIfDrainedAsync(Ct);
        await StagedSession.WaitsForALockAsync(database, follower.Backend);

        await upstream.Cursor.AdvanceAsync(await upstream.ClaimAsync(), new(), Ct);
        await barrier.CommitAsync();

        Assert.True(await dropping);
        Assert.Equal(1, await WakeupsAsync(follower.Key.SinkId));
    }

    [Fact]
    public async Task Follower_has_a_lock_a_cursor_and_attempts_of_its_own()
    {
        await using var upstream = await OwnUpstreamAsync(2);
        await upstream.Cursor.AdvanceAsync(await upstream.ClaimAsync(), new(), Ct);
        await upstream.ClaimAsync();
        await using var follower = await OwnFollowerAsync();
        var before = await CursorAsync(upstream.Key.SinkId);

        await follower.ParkAsync(await follower.ClaimAsync(), TimeSpan.FromHours(1));
        await follower.ClaimAsync();
        await follower.FailAsync(await follower.FetchAsync());

        Assert.Equal(before, await CursorAsync(upstream.Key.SinkId));
        Assert.Equal("running", await database.RunStateAsync(_run));
        Assert.Equal("failed", await database.RunStateAsync(_run, "after"));
        await upstream.Cursor.EnsureOwnedAsync(Ct);
    }

    [Fact]
    public async Task What_became_of_the_entry_upstream_is_read_with_the_run()
    {
        await using var upstream = await OwnUpstreamAsync(2);
        await using var follower = await OwnFollowerAsync();
        await upstream.ClaimAsync();
        await upstream.FailAsync(await upstream.FetchAsync(), "It can't be read.");
        await upstream.SkipAsync(await upstream.FetchAsync(), "The run has ended here: failed.");

        var first = await follower.Cursor.ReadUpstreamAsync(await follower.FetchAsync(), Ct);
        Assert.Equal(
            new UpstreamOutcome("probe", new EntryException("failed", "It can't be read.", false), "failed", "It can't be read."), first);

        await follower.FailAsync(await follower.FetchAsync());
        var second = await follower.Cursor.ReadUpstreamAsync(await follower.FetchAsync(), Ct);
        Assert.True(second.Exception!.IsSkipped);
    }

    [Fact]
    public async Task Recovery_mends_a_followers_lost_wakeup_and_none_for_what_the_upstream_has_not_passed()
    {
        await using var upstream = await OwnUpstreamAsync(1);
        var follower = await database.AddFollowerAsync("after", "probe");
        var before = upstream.Key.GroupId - 1;
        await upstream.RunAsync("mend_wakeups", r => r.GetInt32(1), before, 1);
        Assert.Equal(0, await WakeupsAsync(follower));

        await upstream.ApplyAllAsync();
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);
        await upstream.RunAsync("mend_wakeups", r => r.GetInt32(1), before, 1);

        Assert.Equal(1, await WakeupsAsync(follower));
    }

    private async Task<TestOwner> OwnUpstreamAsync(int batches)
    {
        await database.AddSinkAsync("probe");
        for (var index = 0; index < batches; index++)
        {
            await database.EnqueueAsync(_team, "orders", _run, index);
        }

        return await TestOwner.OwnAsync(database, _team, "orders");
    }

    private async Task<TestOwner> OwnFollowerAsync()
    {
        await database.AddFollowerAsync("after", "probe");
        return await TestOwner.OwnAsync(database, _team, "orders", "silo-b", sink: "after");
    }

    private Task WakeAsync(TestOwner owner) => database.ExecuteAsync(
        "INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) VALUES ($1, $2, $3)", _team, owner.Key.GroupId, owner.Key.SinkId);

    private Task<long> WakeupsAsync(short sink) => database.ScalarAsync<long>(
        "SELECT count(*) FROM orleans_batch.wakeup WHERE team_id = $1 AND sink_id = $2", _team, sink);

    private Task<string?> CursorAsync(short sink) => database.ScalarAsync<string>(
        """
        SELECT to_jsonb(c)::text FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 AND c.sink_id = $2
        """,
        _team, sink);
}
