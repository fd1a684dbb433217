using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// G2: a former owner's statements match nothing, whatever they would write.
public sealed class StaleOwnerTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private long _replay;
    private long _skip;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Statements =>
    [
        "fetch", "claim", "advance", "advance_replayed", "skip", "fail", "park", "pause", "begin_replay", "take_skip", "take_back_skip",
        "schedule_upkeep", "end_upkeep", "beat", "leave",
    ];

    public static TheoryData<string> WritesOfAnEntry =>
        ["claim", "advance", "advance_replayed", "skip", "fail", "park", "pause", "begin_replay", "take_skip", "take_back_skip"];

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Statement_with_a_former_epoch_changes_nothing_and_says_so(string statement)
    {
        await using var former = await OwnAsync();
        var entry = await former.ClaimAsync();
        await former.UnlockAsync();
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");
        await owner.ClaimAsync();
        var before = await database.StateOfAsync(_team);

        await Assert.ThrowsAsync<OwnershipLostException>(() => RunAsync(former.Cursor, statement, entry));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    // The same calls succeed with the current epoch, so that only the epoch can explain the refusals above.
    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Statement_with_the_current_epoch_is_done(string statement)
    {
        await using var owner = await OwnAsync();
        var entry = await owner.ClaimAsync();
        var before = await database.StateOfAsync(_team);

        await RunAsync(owner.Cursor, statement, entry);

        Assert.Equal(statement == "fetch", before == await database.StateOfAsync(_team));
    }

    [Theory]
    [MemberData(nameof(WritesOfAnEntry))]
    public async Task Statement_for_an_entry_that_is_passed_changes_nothing(string statement)
    {
        await using var owner = await OwnAsync();
        var passed = await owner.ClaimAsync();
        await owner.Cursor.AdvanceAsync(passed, new(), Ct);
        await owner.ClaimAsync();
        var before = await database.StateOfAsync(_team);

        await Assert.ThrowsAsync<OwnershipLostException>(() => RunAsync(owner.Cursor, statement, passed));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    [Fact]
    public async Task Loss_is_not_recorded_with_a_former_epoch()
    {
        await using var former = await OwnAsync();
        var epoch = former.Cursor.Epoch;
        await former.UnlockAsync();
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");
        await owner.ClaimAsync();
        var before = await database.StateOfAsync(_team);

        Assert.Equal(0, await LossesAsync(epoch));
        Assert.Equal(before, await database.StateOfAsync(_team));
        Assert.Equal(1, await LossesAsync(owner.Cursor.Epoch));

        Task<int> LossesAsync(long named) => former.RunAsync(
            "record_loss", r => r.GetInt32(1), former.Key.GroupId, former.Key.SinkId, named, "silo-a", "unknown");
    }

    private async Task<TestOwner> OwnAsync()
    {
        await database.AddSinkAsync("probe");
        var run = Guid.NewGuid();
        await database.EnqueueAsync(_team, "orders", run, 0, options: """{"on_failure": "block"}""");
        await database.EnqueueAsync(_team, "orders", run, 1);
        var owner = await TestOwner.OwnAsync(database, _team, "orders");
        _replay = await database.AddRequestAsync(owner.Key, "replay", 1);
        _skip = await database.AddRequestAsync(owner.Key, "skip", 1);
        await database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why) VALUES ($1, $2, 1, 'skipped', 'alice', 'bad')
            """,
            owner.Key.GroupId, owner.Key.SinkId);
        await database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET replay_to = 1 WHERE group_id = $1", owner.Key.GroupId);
        return owner;
    }

    private Task RunAsync(GroupCursor cursor, string statement, LogEntry entry) => statement switch
    {
        "fetch" => cursor.FetchAsync(Ct),
        "claim" => cursor.ClaimAsync(entry, Ct),
        "advance" => cursor.AdvanceAsync(entry, new(), Ct),
        "advance_replayed" => cursor.AdvanceReplayedAsync(entry, true, new(), Ct),
        "skip" => cursor.SkipAsync(entry, new EntryVerdict.Skip("The run has ended here: failed."), null, [], Ct),
        "fail" => cursor.FailAsync(entry, EntryError.Of("It failed."), true, Ct),
        "park" => cursor.ParkAsync(entry, ParkReason.Retry(TimeSpan.FromHours(1), EntryError.Of("It failed.")), Ct),
        "pause" => cursor.ParkAsync(entry, ParkReason.Paused("Paused by alice."), Ct),
        "begin_replay" => cursor.ComplyAsync(new DueRequest(_replay, RequestKind.Replay), entry.Seq, Ct),
        "take_back_skip" => cursor.TakeBackSkipAsync(entry, Ct),
        "take_skip" => cursor.ComplyAsync(new DueRequest(_skip, RequestKind.Skip), entry.Seq, Ct),
        "schedule_upkeep" => cursor.ScheduleUpkeepAsync(DateTimeOffset.UnixEpoch),
        "end_upkeep" => cursor.EndUpkeepAsync(null, "Done.", failed: false, null),
        "beat" => cursor.EnsureOwnedAsync(Ct),
        "leave" => cursor.LeaveAsync(Ct),
        _ => throw new ArgumentOutOfRangeException(nameof(statement)),
    };
}
