using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A sink that is added while producers have transactions open gets their batches, too.
public sealed class SeedInterleavingTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();

    private string Name => $"sink-{_team}-";

    public async ValueTask InitializeAsync() => await database.AddSinkAsync("probe");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The producer has written its wakeups before the sink was there, and commits after everybody has looked.
    [Fact]
    public async Task Enqueue_that_was_open_when_the_sink_was_added_is_not_lost()
    {
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        var id = await AddAsync();

        for (var sweep = 0; sweep < 3; sweep++)
        {
            Assert.False(await SeedAsync());
        }

        await producer.CommitAsync();
        Assert.Equal(0, await WakeupsAsync(id));
        await SeedToTheEndAsync();
        Assert.Equal(1, await WakeupsAsync(id));
    }

    [Fact]
    public async Task Enqueue_that_is_held_open_delays_the_seeding_and_nothing_else()
    {
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "held", Guid.NewGuid(), 0);
        var id = await AddAsync();
        Assert.False(await SeedAsync());
        await using var other = await StagedSession.OpenAsync(database);
        await other.ExecuteAsync("SET lock_timeout = '1s'");

        await other.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        await owner.SetAsync("SET lock_timeout = '1s'");
        await owner.ApplyAllAsync();
        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(TestContext.Current.CancellationToken));

        // Later entries wake the new sink by themselves.
        Assert.Equal(1, await WakeupsAsync(id));
        Assert.False(await SeedAsync());
        await producer.CommitAsync();
        await SeedToTheEndAsync();
        Assert.Equal(3, await WakeupsAsync(id));
    }

    [Fact]
    public async Task Enqueue_that_is_rolled_back_leaves_nothing_to_seed()
    {
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        var id = await AddAsync();
        Assert.False(await SeedAsync());

        await producer.RollbackAsync();

        await SeedToTheEndAsync();
        Assert.Equal(0, await WakeupsAsync(id));
    }

    // The border is drawn after the commit: a call in the transaction that adds the sink draws none.
    [Fact]
    public async Task Sink_is_not_seeded_in_the_transaction_that_adds_it()
    {
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var adding = await StagedSession.BeginAsync(database);
        var id = await adding.ScalarAsync<short>("SELECT orleans_batch.add_sink($1)", Name);

        Assert.False(await adding.ScalarAsync<bool>("SELECT orleans_batch.seed_sink($1)", Name));
        Assert.True(await adding.ScalarAsync<bool>("SELECT seed_after IS NULL FROM orleans_batch.sink WHERE sink_id = $1", id));
        await adding.ExecuteAsync("SAVEPOINT inside");
        Assert.False(await adding.ScalarAsync<bool>("SELECT orleans_batch.seed_sink($1)", Name));
        Assert.True(await adding.ScalarAsync<bool>("SELECT seed_after IS NULL FROM orleans_batch.sink WHERE sink_id = $1", id));

        await adding.CommitAsync();
        await SeedToTheEndAsync();
        Assert.Equal(1, await WakeupsAsync(id));
    }

    // An owner's statement takes its snapshot before it takes a number, and must not pass for one that has seen the sink.
    [Fact]
    public async Task Owner_whose_statement_began_before_the_sink_was_added_is_waited_for()
    {
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.ExecuteAsync("SELECT pg_advisory_xact_lock(77, $1)", (int)_team);
        var working = owner.SetAsync($"SELECT pg_advisory_lock(77, {_team})");
        await StagedSession.WaitsForALockAsync(database, owner.Backend);

        await AddAsync();
        for (var sweep = 0; sweep < 3; sweep++)
        {
            Assert.False(await SeedAsync());
        }

        await barrier.CommitAsync();
        await working;
        await SeedToTheEndAsync();
    }

    [Fact]
    public async Task Two_that_seed_at_once_seed_once()
    {
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        var id = await AddAsync();
        await using var first = await StagedSession.BeginAsync(database);
        await Eventually.UntilAsync(
            () => first.ScalarAsync<bool>("SELECT orleans_batch.seed_sink($1)", Name), TimeSpan.FromSeconds(30), "the sink is seeded");
        await using var second = await StagedSession.OpenAsync(database);
        var seeding = second.ScalarAsync<bool>("SELECT orleans_batch.seed_sink($1)", Name);
        await second.WaitsForALockAsync();

        await first.CommitAsync();

        Assert.True(await seeding);
        Assert.Equal(1, await WakeupsAsync(id));
    }

    private Task<short> AddAsync() => database.ScalarAsync<short>("SELECT orleans_batch.add_sink($1)", Name);

    private Task<bool> SeedAsync() => database.ScalarAsync<bool>("SELECT orleans_batch.seed_sink($1)", Name);

    private Task SeedToTheEndAsync() => Eventually.UntilAsync(SeedAsync, TimeSpan.FromSeconds(30), "the sink is seeded");

    private Task<int> WakeupsAsync(short sink) => database.ScalarAsync<int>(
        "SELECT count(*)::int FROM orleans_batch.wakeup WHERE team_id = $1 AND sink_id = $2", _team, sink);
}
