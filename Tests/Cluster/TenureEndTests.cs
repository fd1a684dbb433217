using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The ends of a tenure, in order and otherwise.
public sealed class TenureEndTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_sink_that_closes_slowly_keeps_its_lock_meanwhile()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var sink = new RecordingSink { OnRelease = ct => Task.Delay(TimeSpan.FromSeconds(2), ct) };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: ShortLifetime);
        await Database.EnqueueAsync(team, "s", run, 0, final: true);

        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Released.Count), _soon, "the sink closes");
        var owner = await OwnerAsync(team);
        await Eventually.EqualsAsync(0, () => OwnerAsync(team), _soon, "the lock is given back");

        // The session stays the same to the end: the server did not end it in between, and nothing was closed twice.
        Assert.NotEqual(0, owner);
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", owner));
        Assert.Single(sink.Released);
    }

    [Fact]
    public async Task A_batch_that_fails_because_it_was_cancelled_is_not_counted()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var sink = new RecordingSink
        {
            OnApply = async (_, ct) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new IOException("The write was cut off.");
            },
        };
        await using (var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o =>
        {
            o.DrainTimeout = TimeSpan.Zero;
            o.MaxAttempts = 1;
        }))
        {
            await Database.EnqueueAsync(team, "s", run, 0, final: true);
            await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");
        }

        Assert.Equal("waiting", await Database.RunStateAsync(run, RecordingSink.Name));
        Assert.Equal((0, 0), (await Database.RowsAsync(
            "SELECT attempt, losses FROM orleans_batch.sink_cursor", r => (r.GetInt32(0), r.GetInt32(1))))[0]);
    }

    [Theory]
    [InlineData(0, "It was  all along.")]
    [InlineData(0xd83d, "It was \ufffd all along.")]
    public async Task An_error_that_no_column_would_take_is_kept_all_the_same(int character, string kept)
    {
        var error = $"It was {(char)character} all along.";
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var sink = new RecordingSink { OnApply = (_, _) => throw new PermanentBatchException(error) };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Database.EnqueueAsync(team, "s", run, 0, final: true);

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run fails");

        Assert.Single(sink.Applied);
        Assert.Equal(kept, await Database.ScalarAsync<string>("SELECT first_error FROM orleans_batch.sink_run WHERE run_id = $1", run));
    }

    [Fact]
    public async Task An_owner_whose_server_process_freezes_cancels_its_sink_by_itself()
    {
        var team = TestIds.NextTeam();
        var sink = RecordingSink.HangingOnce(out var cancelled);

        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: ShortLifetime);
        await Database.EnqueueAsync(team, "s", Guid.NewGuid(), 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");
        var backend = await OwnerAsync(team);
        await SignalAsync("STOP", backend);
        try
        {
            await cancelled.WaitAsync(_soon, TestContext.Current.CancellationToken);
        }
        finally
        {
            await SignalAsync("CONT", backend);
        }
    }

    private static void ShortLifetime(Grains.Options.OrleansBatchOptions options)
    {
        options.LockLifetime = TimeSpan.FromMilliseconds(1500);
        options.HeartbeatPeriod = TimeSpan.FromMilliseconds(100);
    }

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private Task<int> OwnerAsync(long team) =>
        Database.ScalarAsync<int>("SELECT backend_pid FROM orleans_batch.lock_owner WHERE team_id = $1", team);
}
