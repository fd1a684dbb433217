using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A new full_refresh ends the earlier runs of its group that nobody needs any more, and no run that gets on.
public sealed class SupersedeTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private const string Always = """{"supersede": "always"}""";
    private const string Never = """{"supersede": "never"}""";

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _old = Guid.NewGuid();
    private readonly Guid _new = Guid.NewGuid();
    private short _probe;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _probe = await database.AddSinkAsync("probe");
        await EnqueueAsync(_old, 0);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task New_full_refresh_supersedes_an_unfinished_run_before_its_own_first_entry(bool isSealed)
    {
        await EnqueueAsync(_old, 1, final: isSealed);

        Assert.Equal(4, await EnqueueAsync(_new, 0, Always));

        Assert.Equal(["batch", "batch", "superseded", "batch"], await database.KindsAsync(_team));
        Assert.Equal("superseded 3", await database.ScalarAsync<string>(
            "SELECT state || ' ' || end_seq FROM orleans_batch.run WHERE run_id = $1", _old));
        Assert.Equal("open", await database.StateOfRunAsync(_new));
    }

    [Fact]
    public async Task Run_that_shows_life_or_progress_is_spared_unless_it_is_to_be_superseded_always()
    {
        await EnqueueAsync(_new, 0);
        Assert.Equal("open", await database.StateOfRunAsync(_old));

        // The run's producer has been silent for long, but a sink got on with the run.
        await database.AgeAsync(_old, hours: 7);
        await database.EndAsync(_old, _probe, "running", applied: 1);
        await database.ExecuteAsync("UPDATE orleans_batch.sink_run SET progressed_at = clock_timestamp() WHERE run_id = $1", _old);
        await EnqueueAsync(Guid.NewGuid(), 0);
        Assert.Equal("open", await database.StateOfRunAsync(_old));

        await EnqueueAsync(Guid.NewGuid(), 0, Always);
        Assert.Equal(("superseded", "superseded"), (await database.StateOfRunAsync(_old), await database.StateOfRunAsync(_new)));
    }

    [Fact]
    public async Task Idle_run_is_superseded_by_default()
    {
        await database.AgeAsync(_old, hours: 7);
        await database.EndAsync(_old, _probe, "running", applied: 1);
        await database.ExecuteAsync(
            "UPDATE orleans_batch.sink_run SET progressed_at = clock_timestamp() - interval '7 hours' WHERE run_id = $1", _old);

        await EnqueueAsync(_new, 0);

        Assert.Equal("superseded", await database.StateOfRunAsync(_old));
    }

    [Fact]
    public async Task No_run_is_superseded_when_the_new_one_says_never()
    {
        await database.AgeAsync(_old, hours: 7);

        await EnqueueAsync(_new, 0, Never);

        Assert.Equal("open", await database.StateOfRunAsync(_old));
    }

    [Theory]
    [InlineData("append")]
    [InlineData("cdc")]
    public async Task Run_of_another_sync_type_supersedes_nothing(string syncType)
    {
        await database.AgeAsync(_old, hours: 7);

        var options = syncType == "cdc" ? """{"supersede": "always", "cdc": {"operation": "op", "sequence": "at"}}""" : Always;
        await database.EnqueueAsync(_team, "orders", _new, 0, options: options, syncType: syncType);

        Assert.Equal("open", await database.StateOfRunAsync(_old));
    }

    [Fact]
    public async Task Only_the_first_entry_of_a_run_supersedes_whatever_its_index()
    {
        await EnqueueAsync(_new, 3);
        await database.AgeAsync(_old, hours: 7);

        await EnqueueAsync(_new, 4, Always);
        await EnqueueAsync(_new, 4, Always);

        Assert.Equal("open", await database.StateOfRunAsync(_old));
    }

    [Fact]
    public async Task Run_that_is_sealed_without_data_supersedes_too()
    {
        await database.AgeAsync(_old, hours: 7);

        Assert.Equal(3, await EnqueueAsync(_new, 0, path: null, final: true));

        Assert.Equal(["batch", "superseded", "sealed"], await database.KindsAsync(_team));
    }

    [Fact]
    public async Task Run_that_ended_in_every_active_sink_is_left_as_it_ended()
    {
        await EnqueueAsync(_old, 1, final: true);
        await database.EndAsync(_old, _probe, "failed");

        await EnqueueAsync(_new, 0, Always);

        Assert.Equal("sealed", await database.StateOfRunAsync(_old));
    }

    [Fact]
    public async Task Runs_of_other_groups_are_left_alone()
    {
        var other = Guid.NewGuid();
        await database.EnqueueAsync(_team, "invoices", other, 0, syncType: "full_refresh");

        await EnqueueAsync(_new, 0, Always);

        Assert.Equal("open", await database.StateOfRunAsync(other));
    }

    [Fact]
    public async Task Batch_of_a_superseded_run_that_is_repeated_returns_the_seq_it_has()
    {
        await EnqueueAsync(_new, 0, Always);
        var before = await database.StateOfAsync(_team);

        Assert.Equal(1, await EnqueueAsync(_old, 0));

        Assert.Equal(before, await database.StateOfAsync(_team));
        await database.RefusesAsync(_team, "OB006", "is superseded", () => EnqueueAsync(_old, 1));
    }

    // The sign of life is committed while the newer run's enqueue waits for the run's row.
    [Fact]
    public async Task Run_that_shows_life_while_it_is_about_to_be_superseded_is_spared()
    {
        await database.AgeAsync(_old, hours: 7);
        await using var producer = await StagedSession.BeginAsync(database);
        Assert.True(await producer.ScalarAsync<bool>("SELECT orleans_batch.run_alive($1)", _old));
        await using var next = await StagedSession.OpenAsync(database);
        var enqueuing = next.ExecuteAsync(
            "SELECT orleans_batch.enqueue($1, 'orders', $2, 0, 'x', sync_type => 'full_refresh')", _team, _new);
        await next.WaitsForALockAsync();

        await producer.CommitAsync();
        await enqueuing;

        Assert.Equal("open", await database.StateOfRunAsync(_old));
    }

    // The owner finds the log drained while the superseding is open.
    [Fact]
    public async Task Superseding_that_is_open_during_the_drained_check_brings_its_own_wakeups()
    {
        await using (var owner = await TestOwner.OwnAsync(database, _team, "orders"))
        {
            await owner.ApplyAllAsync();
            await using var producer = await StagedSession.BeginAsync(database);
            await producer.ExecuteAsync(
                "SELECT orleans_batch.enqueue($1, 'orders', $2, 0, 'x', sync_type => 'full_refresh', options => $3::jsonb)",
                _team, _new, Always);

            Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));
            Assert.Equal(0, await database.WakeupsAsync(_team));
            await producer.CommitAsync();
            await owner.UnlockAsync();
        }

        Assert.Equal(2, await database.WakeupsAsync(_team));
        await using var following = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");
        Assert.Equal("superseded", (await following.FetchAsync()).Kind);
    }

    private Task<long> EnqueueAsync(Guid run, int index, string options = "{}", string? path = "x", bool final = false) =>
        database.EnqueueAsync(_team, "orders", run, index, path, final, options: options, syncType: "full_refresh");
}
