using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Embedded;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// G6: an owner froze while its commit waits for a synchronous replica. No time-out of the server ends that wait.
// A query's cancel would, but a frozen client sends none. The test has a server of its own, because the setting is the whole server's.
// https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES
public sealed class UnreplicatedCommitTests
{
    private static readonly OrleansBatchOptions _lifetime = new() { LockLifetime = TimeSpan.FromMilliseconds(1500) };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_peers_free_the_lock_and_the_commit_is_there_once()
    {
        var team = TestIds.NextTeam();
        using var directory = new TempDirectory();
        await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Directory = directory.Path }, Ct);
        await using var database = await QueueDatabase.OnAsync(server.ConnectionString);
        await database.AddSinkAsync("probe");
        var run = Guid.NewGuid();
        await database.EnqueueAsync(team, "orders", run, 0);
        await database.EnqueueAsync(team, "orders", run, 1, final: true);
        await using var owner = await TestOwner.OwnAsync(database, team, "orders", lifetime: _lifetime);
        await using var next = await TestOwner.OpenAsync(database, team, "orders", "silo-b");
        var entry = await owner.ClaimAsync();
        await RequireReplicaAsync(database);

        var advance = owner.Cursor.AdvanceAsync(entry, new(), Ct);
        await database.WaitsForAsync(owner.Backend, "SyncRep");
        await database.IsOlderAsync(owner.Backend, _lifetime.LockLifetime + TimeSpan.FromSeconds(1));
        Assert.True(await database.HoldsLockAsync(owner.Backend), "The server alone must not be enough, or this test shows nothing.");

        await EndStaleHoldersAsync(server.ConnectionString);
        await Eventually.UntilAsync(next.TryLockAsync, TimeSpan.FromSeconds(5), "the next owner can have the lock");
        Assert.NotNull(await Record.ExceptionAsync(() => advance));

        // The former owner was never told, but its commit counts: the batch is passed once and is not the next owner's loss.
        await SetReplicaAsync(database, "");
        Assert.False(await next.Cursor.OwnAsync(Ct));
        Assert.Equal(2, (await next.ClaimAsync()).Seq);
        Assert.True(next.Cursor.Epoch > owner.Cursor.Epoch);
        Assert.Equal(
            ("succeeded", 1L, 1),
            (await database.RowsAsync(
                """
                SELECT a.outcome, count(*) OVER (), (SELECT o.batches_applied::int FROM orleans_batch.sink_run AS o)
                FROM orleans_batch.batch_attempt AS a
                """,
                r => (r.GetString(0), r.GetInt64(1), r.GetInt32(2)))).Single());
    }

    private static async Task EndStaleHoldersAsync(string connectionString)
    {
        await using var sources = new EngineDataSources(
            new EngineConnection(connectionString), Microsoft.Extensions.Options.Options.Create(_lifetime));
        await using var poller = await PollerConnection.OpenAsync(sources, Ct);
        Assert.Single(await poller.EndStaleHoldersAsync(_lifetime.LockLifetime, Ct));
    }

    // Returns when a commit really waits, because the server reads its configuration in its own time.
    private static async Task RequireReplicaAsync(QueueDatabase database)
    {
        await SetReplicaAsync(database, "nobody");
        while (true)
        {
            await using var probe = await StagedSession.OpenAsync(database);
            var commit = probe.ExecuteAsync("UPDATE orleans_batch.sink SET state = state");
            await Eventually.UntilAsync(
                async () => commit.IsCompleted || await WaitsAsync(), TimeSpan.FromSeconds(10), "the commit is over or waits");
            if (!commit.IsCompleted)
            {
                await database.ExecuteAsync("SELECT pg_terminate_backend($1)", probe.Connection.ProcessID);
                await Record.ExceptionAsync(() => commit);
                return;
            }

            Task<bool> WaitsAsync() => database.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'SyncRep')", probe.Connection.ProcessID);
        }
    }

    private static async Task SetReplicaAsync(QueueDatabase database, string names)
    {
        await database.ExecuteAsync(names.Length == 0
            ? "ALTER SYSTEM RESET synchronous_standby_names"
            : "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await database.ExecuteAsync("SELECT pg_reload_conf()");
    }
}
