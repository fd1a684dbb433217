using System.Globalization;
using Npgsql;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// In its part of the lock lifetime a poller ends some sessions and leaves others alone.
// The lifetime is so short here that every session is silent for longer as soon as its last sign is a moment old.
public sealed class StaleHolderTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(50);

    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_holder_whose_signs_are_all_old_is_ended_and_the_group_is_free()
    {
        await using var owner = await OwnAsync();
        await SilentAsync(owner);
        await using var next = await TestOwner.OpenAsync(Database, _team, "orders", "silo-b");

        Assert.Equal([owner.Backend], await EndAsync(_short));

        await Eventually.UntilAsync(next.TryLockAsync, TimeSpan.FromSeconds(10), "the ended backend's lock is free");
    }

    // Between a session's lock and its first statement the cursor still shows the former owner's heartbeat.
    [Fact]
    public async Task A_fresh_owner_is_not_ended_because_of_the_former_owners_heartbeat()
    {
        await using (await OwnAsync())
        {
            await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET heartbeat_at = heartbeat_at - interval '1 day'");
        }

        await using var fresh = await TestOwner.OpenAsync(Database, _team, "orders", "silo-b");
        await Eventually.UntilAsync(fresh.TryLockAsync, TimeSpan.FromSeconds(10), "the former owner is gone");

        Assert.Empty(await EndAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_holder_whose_heartbeat_is_young_is_not_ended_because_its_backend_is_silent()
    {
        await using var owner = await OwnAsync();
        await SilentAsync(owner);
        await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET heartbeat_at = clock_timestamp() + interval '1 minute'");

        Assert.Empty(await EndAsync(_short));
    }

    [Fact]
    public async Task A_holder_without_a_cursor_is_ended_only_when_its_backend_is_silent_too()
    {
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var holder = await TestOwner.OpenAsync(Database, _team, "orders");
        Assert.True(await holder.TryLockAsync());

        Assert.Empty(await EndAsync(TimeSpan.FromSeconds(30)));
        await SilentAsync(holder);
        Assert.Equal([holder.Backend], await EndAsync(_short));
    }

    [Fact]
    public async Task An_owner_with_a_longer_lifetime_is_granted_it()
    {
        await using var owner = await OwnAsync(new OrleansBatchOptions { LockLifetime = TimeSpan.FromSeconds(15) });
        await SilentAsync(owner);

        Assert.Empty(await EndAsync(_short));
    }

    [Fact]
    public async Task An_owner_with_a_shorter_lifetime_is_ended_after_that_of_the_peer()
    {
        await using var owner = await OwnAsync(new OrleansBatchOptions { LockLifetime = TimeSpan.FromMilliseconds(900) });
        await SilentAsync(owner, 0.3);

        Assert.Empty(await EndAsync(TimeSpan.FromSeconds(30)));
    }

    // The next owner's lifetime counts, not the former's.
    [Fact]
    public async Task A_lifetime_on_record_goes_with_its_owner()
    {
        await using (await OwnAsync(new OrleansBatchOptions { LockLifetime = TimeSpan.FromHours(1) }))
        {
        }

        await using var next = await TestOwner.OpenAsync(Database, _team, "orders", "silo-b");
        await Eventually.UntilAsync(next.TryLockAsync, TimeSpan.FromSeconds(10), "the former owner is gone");
        await next.Cursor.OwnAsync(Ct);
        await SilentAsync(next);

        Assert.Equal([next.Backend], await EndAsync(_short));
    }

    [Theory]
    [InlineData("another program", "SELECT pg_try_advisory_lock({0}, {1})")]
    [InlineData("orleans-batch-intake@silo-a", "SELECT pg_try_advisory_lock({0}, {1})")]
    [InlineData("orleans-batch-group@silo-a", "SELECT pg_try_advisory_lock(({0}::bigint << 32) + {1})")]
    public async Task A_lock_with_the_same_numbers_that_is_none_of_ours_is_left_alone(string program, string locking)
    {
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var other = await LockAsync(Database, program, locking);

        Assert.Empty(await EndAsync(_short));
        Assert.Equal(1, await other.ScalarAsync<int>("SELECT 1"));
    }

    [Fact]
    public async Task A_holder_in_another_database_is_left_alone()
    {
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var elsewhere = await QueueDatabase.OnAsync(await Postgres.CreateDatabaseAsync());
        await elsewhere.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var other = await LockAsync(elsewhere, "orleans-batch-group@silo-a", "SELECT pg_try_advisory_lock({0}, {1})");

        Assert.Empty(await EndAsync(_short));
        Assert.Equal(1, await other.ScalarAsync<int>("SELECT 1"));
    }

    private async Task<TestOwner> OwnAsync(OrleansBatchOptions? lifetime = null)
    {
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        return await TestOwner.OwnAsync(Database, _team, "orders", lifetime: lifetime);
    }

    // Another program takes the group's lock, and is silent for longer than the lifetime.
    private async Task<NpgsqlConnection> LockAsync(QueueDatabase database, string program, string locking)
    {
        var key = new LockKey(await database.AddSinkAsync("probe"), await database.GroupIdAsync(_team, "orders"));
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, ApplicationName = program }.ConnectionString);
        await connection.OpenAsync(Ct);
        Assert.True(await connection.ScalarAsync<bool>(string.Format(CultureInfo.InvariantCulture, locking, key.Namespace, key.GroupId)));
        await SilentAsync(connection.ProcessID);
        return connection;
    }

    private Task SilentAsync(TestOwner owner, double seconds = 0.1) => SilentAsync(owner.Backend, seconds);

    private Task SilentAsync(int backend, double seconds = 0.1) => Eventually.UntilAsync(
        () => Database.ScalarAsync<bool>(
            "SELECT state_change < clock_timestamp() - make_interval(secs => $2) FROM pg_stat_activity WHERE pid = $1", backend, seconds),
        TimeSpan.FromSeconds(10),
        "the session is silent");

    private async Task<IEnumerable<int>> EndAsync(TimeSpan lifetime)
    {
        await using var sources = new EngineDataSources(
            new EngineConnection(Database.ConnectionString), Microsoft.Extensions.Options.Options.Create(new OrleansBatchOptions()));
        await using var poller = await PollerConnection.OpenAsync(sources, Ct);
        return (await poller.EndStaleHoldersAsync(lifetime, Ct)).Select(ended => ended.BackendPid);
    }
}
