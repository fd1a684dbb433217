using OrleansBatch.Grains.Queue;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A pause is an operator's row. The owner sees the row at its next boundary and parks the group itself.
public sealed class PauseBoundaryTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("all", true)]
    [InlineData("sink", true)]
    [InlineData("team", true)]
    [InlineData("team in sink", true)]
    [InlineData("group", true)]
    [InlineData("group in sink", true)]
    [InlineData("other sink", false)]
    [InlineData("other team", false)]
    [InlineData("other group", false)]
    [InlineData("group in other sink", false)]
    public async Task Owner_sees_each_pause_that_covers_its_group_and_no_other(string scope, bool covers)
    {
        await using var owner = await OwnAsync();
        var other = await Database.AddSinkAsync("other");
        var sink = owner.Key.SinkId;
        Assert.Null((await owner.Cursor.FetchAsync(Ct)).Pause);

        await (scope switch
        {
            "all" => Database.PauseAsync(),
            "sink" => Database.PauseAsync(sink: sink),
            "team" => Database.PauseAsync(_team),
            "team in sink" => Database.PauseAsync(_team, sink: sink),
            "group" => Database.PauseAsync(_team, "orders"),
            "group in sink" => Database.PauseAsync(_team, "orders", sink),
            "other sink" => Database.PauseAsync(sink: other),
            "other team" => Database.PauseAsync(_team + 1),
            "other group" => Database.PauseAsync(_team, "invoices"),
            _ => Database.PauseAsync(_team, "orders", other),
        });

        Assert.Equal(covers ? "Paused by alice: a check" : null, (await owner.Cursor.FetchAsync(Ct)).Pause);
        Assert.Equal(
            covers,
            await Database.ScalarAsync<bool>("SELECT paused FROM orleans_batch.group_status WHERE team_id = $1 AND sink = 'probe'", _team));
    }

    [Fact]
    public async Task Owner_of_a_disabled_sink_stops_as_at_a_pause()
    {
        await using var owner = await OwnAsync();
        await Database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'disabled'");

        Assert.Equal("The sink is disabled.", (await owner.Cursor.FetchAsync(Ct)).Pause);
    }

    [Fact]
    public async Task Parking_for_a_pause_counts_nothing_and_leaves_no_wakeup()
    {
        await using var owner = await OwnAsync();
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.Zero);

        await owner.PauseAsync(await owner.FetchAsync());

        Assert.True(await owner.Cursor.IsParkedAsync(Ct));
        Assert.Equal(0, await Database.WakeupsAsync(_team));
        Assert.Equal(1, (await owner.Cursor.FetchAsync(Ct)).Attempts);
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.batch_attempt"));
        await using var poller = await StagedSession.OpenAsync(Database);
        Assert.Empty(await QueueStatements.Load("wake_due").On(poller.Connection, 10, 86400.0).AllAsync(r => r.GetInt32(0), Ct));
    }

    // The pause is not committed: the owner neither sees the row nor waits for it, and takes the next entry up.
    [Fact]
    public async Task Operator_who_is_about_to_pause_delays_no_statement_of_the_owner()
    {
        await using var owner = await OwnAsync();
        await using var operating = await StagedSession.BeginAsync(Database);
        await operating.ExecuteAsync("INSERT INTO orleans_batch.pause (team_id, who, why) VALUES ($1, 'alice', '')", _team);
        await owner.SetAsync("SET lock_timeout = '1s'");

        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        Assert.Null((await owner.Cursor.FetchAsync(Ct)).Pause);
        await owner.ClaimAsync();
        await operating.CommitAsync();

        await owner.Cursor.AdvanceAsync(await owner.FetchAsync(), new(), Ct);
        Assert.Equal("Paused by alice.", (await owner.Cursor.FetchAsync(Ct)).Pause);
    }

    // Resume and parking commit, and nobody has woken the group. Recovery looks for the row that is left behind.
    [Fact]
    public async Task Resume_that_crosses_the_parking_leaves_a_row_that_recovery_wakes()
    {
        await Database.PauseAsync(_team);
        await using var owner = await OwnAsync();
        Assert.NotNull((await owner.Cursor.FetchAsync(Ct)).Pause);
        var entry = await owner.FetchAsync();
        await owner.BeginAsync();
        await owner.PauseAsync(entry);

        Assert.Equal(0, await Database.ScalarAsync<int>("SELECT orleans_batch.resume(team_id => $1)", _team));
        await owner.CommitAsync();
        Assert.True(await owner.Cursor.IsParkedAsync(Ct));

        Assert.Equal(1, await Database.ScalarAsync<int>("SELECT orleans_batch.wake_resumed()"));
        Assert.False(await owner.Cursor.IsParkedAsync(Ct));
        Assert.Equal(1, await Database.WakeupsAsync(_team));
        Assert.Null((await owner.Cursor.FetchAsync(Ct)).Pause);
    }

    [Fact]
    public async Task Wakeup_that_is_inserted_while_parking_for_a_pause_stays()
    {
        await using var owner = await OwnAsync();
        var entry = await owner.FetchAsync();
        await using var barrier = await StagedSession.BeginAsync(Database);
        await barrier.ExecuteAsync("SELECT FROM orleans_batch.wakeup WHERE team_id = $1 FOR UPDATE", _team);
        var parking = owner.PauseAsync(entry);
        await StagedSession.WaitsForALockAsync(Database, owner.Backend);

        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await barrier.CommitAsync();
        await parking;

        Assert.Equal(1, await Database.WakeupsAsync(_team));
    }

    private async Task<TestOwner> OwnAsync()
    {
        await Database.AddSinkAsync("probe");
        var run = Guid.NewGuid();
        for (var index = 0; index < 3; index++)
        {
            await Database.EnqueueAsync(_team, "orders", run, index);
        }

        return await TestOwner.OwnAsync(Database, _team, "orders");
    }
}
