using System.Data;
using Npgsql;
using OrleansBatch.Grains.Options;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// G6: owners escape the server's own time-outs whose backend is in the middle of a message. The peers end them.
// The third such owner, whose commit waits for a replica, needs a server of its own: UnreplicatedCommitTests.
public sealed class EscapingHolderTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(3);

    private static readonly OrleansBatchOptions _lifetime = new() { LockLifetime = TimeSpan.FromSeconds(3) };

    private static readonly TimeSpan _promised = _lifetime.LockLifetime + TimeSpan.FromSeconds(2);

    private readonly (long Team, Guid Run) _batch = (TestIds.NextTeam(), Guid.NewGuid());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("half a pipeline")]
    [InlineData("unread result")]
    public async Task The_server_alone_leaves_the_lock_where_it_is(string shape)
    {
        await using var proxy = new StallingProxy(Database.ConnectionString);
        await using var owner = await OwnAsync(proxy);
        await FallSilentAsync(owner, proxy, shape);

        await Database.IsOlderAsync(owner.Backend, _lifetime.LockLifetime + TimeSpan.FromMilliseconds(200));

        Assert.Equal(!EndsByItself(owner, shape), await Database.HoldsLockAsync(owner.Backend));
    }

    [Theory]
    [InlineData("half a pipeline")]
    [InlineData("unread result")]
    public async Task A_silo_takes_the_group_over_within_the_lifetime_and_two_seconds(string shape)
    {
        await using var proxy = new StallingProxy(Database.ConnectionString);
        await using var owner = await OwnAsync(proxy);
        await owner.ClaimAsync();
        await using var silos = await BeatWhileAsync(
            owner, TestSilos.StartAsync(Database, configure: o => o.LockLifetime = _lifetime.LockLifetime));
        await FallSilentAsync(owner, proxy, shape);
        var sign = await Database.ScalarAsync<DateTime>("SELECT heartbeat_at FROM orleans_batch.sink_cursor");

        await Eventually.EqualsAsync(
            false, () => Database.HoldsLockAsync(owner.Backend), _promised + _slack, "the lock is free");
        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(_batch.Run), TimeSpan.FromSeconds(20), "the silo applies the batch");

        var (ownedAt, losses) = (await Database.RowsAsync(
            """
            SELECT c.owned_at, (SELECT count(*) FROM orleans_batch.batch_attempt WHERE outcome = 'lost') FROM orleans_batch.sink_cursor AS c
            """,
            r => (r.GetDateTime(0), r.GetInt64(1))))[0];
        var least = EndsByItself(owner, shape) ? _lifetime.StatementTimeout : _lifetime.LockLifetime;
        Assert.True(ownedAt - sign >= least, $"The owner of {sign:O} was ended before {least} were over: {ownedAt:O}.");
        Assert.Equal(1, losses);
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.probe_ledger"));
    }

    // tcp_user_timeout serves this case, and a Unix socket is refused for it.
    [Fact]
    public async Task Over_TCP_the_server_itself_ends_an_owner_that_does_not_read()
    {
        await using var owner = await OwnAsync(null);
        await ReadNothingAsync(owner);

        await Eventually.EqualsAsync(
            false, () => Database.HoldsLockAsync(owner.Backend), _promised + _slack, "the lock is free");
    }

    // A silo without a free slot ends such owners all the same: its part of the lifetime is not only for its own sake.
    [Fact]
    public async Task A_silo_without_a_free_slot_ends_a_silent_owner_too()
    {
        await using var proxy = new StallingProxy(Database.ConnectionString);
        await using var owner = await OwnAsync(proxy);
        var sink = RecordingSink.HangingOnce(out var _);
        await using var silos = await BeatWhileAsync(owner, StartFullAsync(sink));
        await FallSilentAsync(owner, proxy, "half a pipeline");

        await Eventually.EqualsAsync(
            false, () => Database.HoldsLockAsync(owner.Backend), _promised + _slack, "the lock is free");
    }

    // From 17 on the server's transaction_timeout ends the half sent transaction, a statement time-out after its beginning.
    // Nothing of the server's own ends the other shape.
    private static bool EndsByItself(TestOwner owner, string shape) => shape == "half a pipeline" && owner.ServerMajor >= 17;

    private async Task<TestSilos> StartFullAsync(RecordingSink sink)
    {
        var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o =>
        {
            o.Slots = 1;
            o.LockLifetime = _lifetime.LockLifetime;
            o.DrainTimeout = TimeSpan.Zero;
        });
        await Database.EnqueueAsync(_batch.Team, "other", Guid.NewGuid(), 0);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), TimeSpan.FromSeconds(20), "the only slot is taken");
        return silos;
    }

    private static async Task<T> BeatWhileAsync<T>(TestOwner owner, Task<T> meanwhile)
    {
        while (!meanwhile.IsCompleted)
        {
            await owner.Cursor.BeatAsync();
            await Task.WhenAny(meanwhile, Task.Delay(_lifetime.HeartbeatPeriod, Ct));
        }

        return await meanwhile;
    }

    private async Task<TestOwner> OwnAsync(StallingProxy? proxy)
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_batch.Team, "orders", _batch.Run, 0, final: true);
        return await TestOwner.OwnAsync(Database, _batch.Team, "orders", lifetime: _lifetime, through: proxy);
    }

    private async Task FallSilentAsync(TestOwner owner, StallingProxy proxy, string shape)
    {
        if (shape == "unread result")
        {
            // The server behaves as on a system without TCP_USER_TIMEOUT, or over a Unix socket.
            await owner.SetAsync("SET tcp_user_timeout = 0");
            await ReadNothingAsync(owner);
            return;
        }

        proxy.CutNextMessages();
        _ = owner.Cursor.BeatAsync();
        await Database.WaitsForAsync(owner.Backend, "ClientRead");
    }

    // The answer is one row, larger than all buffers on the way. Between rows statement_timeout might come before the buffers are full.
    // A busy machine may not have made the row in that time either. Then the owner is alive, and asks again.
    private async Task ReadNothingAsync(TestOwner owner)
    {
        if (owner.ServerMajor >= 17)
        {
            // transaction_timeout would end the session while the row is being made, and ends nothing once the row is on its way.
            await owner.SetAsync("SET transaction_timeout = 0");
        }

        await using var command = owner.Connection.Command("SELECT repeat('x', 8000000)");
        await Eventually.UntilAsync(
            async () =>
            {
                try
                {
                    _ = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, Ct);
                    return true;
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
                {
                    await owner.Cursor.BeatAsync();
                    return false;
                }
            },
            TimeSpan.FromSeconds(30),
            "the row is on its way");
        await Database.WaitsForAsync(owner.Backend, "ClientWrite");
    }
}
