using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The owner of a group carries out a request once, also when the owner is about to leave or the group is parked.
public sealed class RequestTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replay_is_due_at_once_and_a_skip_when_its_batch_is_next()
    {
        await using var owner = await OwnAsync(3);
        await Database.AddRequestAsync(owner.Key, "skip", 2);
        Assert.Null((await owner.Cursor.FetchAsync(Ct)).Request);

        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        Assert.Equal(RequestKind.Skip, (await owner.Cursor.FetchAsync(Ct)).Request!.Kind);

        await ComplyAsync(owner);
        await Database.AddRequestAsync(owner.Key, "replay", 1);
        Assert.Equal(RequestKind.Replay, (await owner.Cursor.FetchAsync(Ct)).Request!.Kind);
    }

    [Fact]
    public async Task Skipped_batch_is_on_record_with_who_and_why_before_the_cursor_passes_it()
    {
        await using var owner = await OwnAsync(2);
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await Database.AddRequestAsync(owner.Key, "skip", 1, "it is broken");
        Assert.False(await owner.Cursor.IsParkedAsync(Ct));

        await ComplyAsync(owner);

        var position = await owner.Cursor.FetchAsync(Ct);
        Assert.Equal((1L, 0), (position.NextSeq, position.Attempts));
        Assert.Equal(new EntryException("skipped", "it is broken", true), position.Standing!.Exception);
        Assert.Equal("Skipped.", await OutcomeAsync("skip"));
        Assert.False(await owner.Cursor.IsParkedAsync(Ct));
        Assert.Equal(
            "skipped, by an operator, alice, it is broken",
            await Database.ScalarAsync<string>(
                "SELECT concat_ws(', ', state, detail, who, why) FROM orleans_batch.batch_status WHERE team_id = $1 AND seq = 1", _team));
    }

    [Fact]
    public async Task Skip_of_a_batch_that_is_passed_is_closed_as_too_late_and_changes_nothing()
    {
        await using var owner = await OwnAsync(2);
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await Database.AddRequestAsync(owner.Key, "skip", 1);

        await ComplyAsync(owner);

        Assert.Equal("Too late: the sink has passed the batch.", await OutcomeAsync("skip"));
        Assert.Equal((2L, 1), ((await owner.Cursor.FetchAsync(Ct)).NextSeq, (await owner.Cursor.FetchAsync(Ct)).Attempts));
        Assert.True(await owner.Cursor.IsParkedAsync(Ct), "The next batch still waits for its attempt.");
        Assert.Null((await owner.StandingAsync()).Exception);
    }

    [Fact]
    public async Task Replay_begins_again_and_ends_where_the_group_had_come_to()
    {
        await using var owner = await OwnAsync(4);
        await owner.ApplyAllAsync();
        var request = await Database.AddRequestAsync(owner.Key, "replay", 2);

        await ComplyAsync(owner);

        var position = await owner.Cursor.FetchAsync(Ct);
        Assert.Equal((2L, 4L, 4L, request), (position.NextSeq, position.Held.AppliedSeq, position.Held.ReplayedTo, position.ReplayRequest));
        for (var seq = 2; seq <= 4; seq++)
        {
            Assert.True((await owner.Cursor.FetchAsync(Ct)).Held.IsReplaying);
            await owner.Cursor.AdvanceReplayedAsync(await owner.ClaimAsync(), true, new(), Ct);
        }

        position = await owner.Cursor.FetchAsync(Ct);
        Assert.Equal((5L, 4L, 0L), (position.NextSeq, position.Held.AppliedSeq, position.Held.ReplayedTo));
        Assert.Equal("Begun.", await OutcomeAsync("replay"));
        Assert.Equal(
            [(1, null), (2, "replayed"), (3, "replayed"), (4, "replayed")],
            await Database.RowsAsync<(int, string?)>(
                "SELECT seq::int, detail FROM orleans_batch.batch_status WHERE team_id = $1 ORDER BY seq",
                r => (r.GetInt32(0), r.IsDBNull(1) ? null : r.GetString(1)), _team));
        Assert.Equal(
            4, await Database.ScalarAsync<long>("SELECT batches_applied FROM orleans_batch.run_status WHERE run_id = $1", _run));
    }

    [Fact]
    public async Task Replay_from_further_back_takes_the_place_of_one_under_way_and_one_from_further_on_is_covered()
    {
        await using var owner = await OwnAsync(5);
        await owner.ApplyAllAsync();
        var first = await Database.AddRequestAsync(owner.Key, "replay", 3);
        await ComplyAsync(owner);

        await Database.AddRequestAsync(owner.Key, "replay", 4);
        await ComplyAsync(owner);
        var covered = await owner.Cursor.FetchAsync(Ct);
        Assert.Equal((3L, 5L, first), (covered.NextSeq, covered.Held.ReplayedTo, covered.ReplayRequest));

        var third = await Database.AddRequestAsync(owner.Key, "replay", 1);
        await ComplyAsync(owner);
        var replaced = await owner.Cursor.FetchAsync(Ct);
        Assert.Equal((1L, 5L, third), (replaced.NextSeq, replaced.Held.ReplayedTo, replaced.ReplayRequest));
    }

    // The entry was taken up and may be in the sink although its owner was lost.
    [Fact]
    public async Task Replay_remembers_an_entry_that_was_taken_up_before_it()
    {
        await using var owner = await OwnAsync(4);
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await Database.AddRequestAsync(owner.Key, "replay", 1);

        await ComplyAsync(owner);

        Assert.Equal(3, (await owner.Cursor.FetchAsync(Ct)).Held.ReplayedTo);
        await owner.Cursor.AdvanceReplayedAsync(await owner.ClaimAsync(), true, new(), Ct);
        Assert.Equal(3, (await owner.Cursor.FetchAsync(Ct)).Held.ReplayedTo);
        await owner.Cursor.AdvanceReplayedAsync(await owner.ClaimAsync(), true, new(), Ct);
        Assert.False((await owner.Cursor.FetchAsync(Ct)).Held.IsReplaying);
    }

    [Fact]
    public async Task Group_that_a_failed_run_has_blocked_stays_blocked()
    {
        await using var owner = await OwnAsync(2);
        var entry = await owner.ClaimAsync();
        await owner.Cursor.FailAsync(entry, EntryError.Of("It failed."), blocks: true, Ct);
        await Database.AddRequestAsync(owner.Key, "replay", 1);
        Assert.False(await owner.Cursor.IsParkedAsync(Ct));

        await ComplyAsync(owner);

        Assert.True(await owner.Cursor.IsParkedAsync(Ct));
        Assert.Equal(1, (await owner.Cursor.FetchAsync(Ct)).NextSeq);
    }

    // Each of the owner's two statements of leaving meets a request that is there, and one that is not committed yet.
    [Theory]
    [InlineData("drained")]
    [InlineData("parked")]
    [InlineData("park")]
    [InlineData("pause")]
    [InlineData("fail")]
    public async Task Request_that_is_committed_before_the_owner_leaves_keeps_its_wakeup(string leaving)
    {
        await using var owner = await OwnAsync(2);
        await PrepareAsync(owner, leaving);
        await Database.AddRequestAsync(owner.Key, "replay", 1);

        await LeaveAsync(owner, leaving);

        Assert.NotEqual(0, await Database.WakeupsAsync(_team));
        Assert.NotNull((await owner.Cursor.FetchAsync(Ct)).Request);
        Assert.False(await owner.Cursor.IsParkedAsync(Ct), "The next owner must come as far as the request.");
    }

    [Theory]
    [InlineData("drained")]
    [InlineData("parked")]
    [InlineData("park")]
    [InlineData("pause")]
    [InlineData("fail")]
    public async Task Request_that_is_open_while_the_owner_leaves_brings_its_own_wakeup(string leaving)
    {
        await using var owner = await OwnAsync(2);
        await PrepareAsync(owner, leaving);
        await using var operating = await StagedSession.BeginAsync(Database);
        await operating.ExecuteAsync(
            """
            WITH woken AS (INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) VALUES ($1, $2, $3))
            INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why) VALUES ($2, $3, 'replay', 1, 'alice', '')
            """,
            _team, owner.Key.GroupId, owner.Key.SinkId);

        await LeaveAsync(owner, leaving);
        Assert.Equal(0, await Database.WakeupsAsync(_team));
        await operating.CommitAsync();

        Assert.Equal(1, await Database.WakeupsAsync(_team));
        Assert.False(await owner.Cursor.IsParkedAsync(Ct), "The next owner must come as far as the request.");
    }

    private async Task PrepareAsync(TestOwner owner, string leaving)
    {
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        if (leaving == "drained")
        {
            await owner.ApplyAllAsync();
        }
        else if (leaving == "parked")
        {
            await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
            await Database.ExecuteAsync(
                "INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) VALUES ($1, $2, $3)", _team, owner.Key.GroupId,
                owner.Key.SinkId);
        }
        else
        {
            await owner.ClaimAsync();
        }
    }

    private static async Task LeaveAsync(TestOwner owner, string leaving)
    {
        switch (leaving)
        {
            case "drained":
                await owner.Cursor.DropWakeupsIfDrainedAsync(Ct);
                break;
            case "parked":
                await owner.Cursor.IsParkedAsync(Ct);
                break;
            case "park":
                await owner.ParkAsync(await owner.FetchAsync(), TimeSpan.FromHours(1));
                break;
            case "pause":
                await owner.PauseAsync(await owner.FetchAsync());
                break;
            default:
                await owner.Cursor.FailAsync(await owner.FetchAsync(), EntryError.Of("It failed."), blocks: true, Ct);
                break;
        }
    }

    private static async Task ComplyAsync(TestOwner owner)
    {
        var position = await owner.Cursor.FetchAsync(Ct);
        await owner.Cursor.ComplyAsync(position.Request!, position.NextSeq, Ct);
    }

    private Task<string?> OutcomeAsync(string kind) => Database.ScalarAsync<string>(
        "SELECT outcome FROM orleans_batch.operator_request WHERE kind = $1 ORDER BY request_id DESC LIMIT 1", kind);

    private async Task<TestOwner> OwnAsync(int batches)
    {
        await Database.AddSinkAsync("probe");
        for (var index = 0; index < batches; index++)
        {
            await Database.EnqueueAsync(_team, "orders", _run, index);
        }

        return await TestOwner.OwnAsync(Database, _team, "orders");
    }
}
