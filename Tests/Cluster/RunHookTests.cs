using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// Hooks hear each end of a run at least once, whatever happens between commit and call, and no run waits for another.
public sealed class RunHookTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly RecordingSink _sink = new();
    private readonly RecordingHook _hook = new();

    [Fact]
    public async Task The_end_of_each_run_is_told_once_with_what_became_of_it()
    {
        var (team, good, bad) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        _sink.OnApply = (c, _) => c.Batch.RunId == bad ? throw new PermanentBatchException("Bad.") : Task.CompletedTask;
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(team, "s", bad, 0);
        await Database.EnqueueAsync(team, "s", good, 0);
        await Database.EnqueueAsync(team, "s", good, 1, final: true);

        await Eventually.EqualsAsync((1, 1), ToldAsync, _soon, "both ends are told");
        await Eventually.EqualsAsync(0L, OutboxAsync, _soon, "nothing is left to tell");
        var (finished, failed) = (_hook.Finished.Single(), _hook.Failed.Single());
        Assert.Equal(
            (good, "succeeded", 2L, 0L, 2L, null, 0),
            (finished.RunId, finished.State, finished.BatchesApplied, finished.BatchesSkipped, finished.RowsApplied,
                finished.FirstError, finished.Tries));
        Assert.Equal((bad, "failed", "Bad."), (failed.RunId, failed.State, failed.FirstError));
        Assert.Equal((team, "s", RecordingSink.Name), (finished.Group.TeamId, finished.Group.SchemaId, finished.Sink));
        Assert.True(finished.CreatedAt <= finished.StartedAt && finished.StartedAt <= finished.FinishedAt);
    }

    [Fact]
    public async Task A_hook_that_fails_is_told_again_and_delays_no_other_run()
    {
        var (failing, hanging) = (Guid.NewGuid(), Guid.NewGuid());
        _hook.OnRun = (n, ct) => n.RunId == hanging ? Task.Delay(Timeout.InfiniteTimeSpan, ct)
            : n.RunId == failing && n.Tries < 2 ? throw new InvalidOperationException("Away.") : Task.CompletedTask;
        await using var silos = await StartAsync();
        await EnqueueAsync(hanging);
        await Eventually.EqualsAsync((1, 0), ToldAsync, _soon, "the hook hangs");

        await EnqueueAsync(failing);
        await Eventually.EqualsAsync((4, 0), ToldAsync, _soon, "the failing one is told three times");
        await EnqueueAsync(Guid.NewGuid());
        await Eventually.EqualsAsync((5, 0), ToldAsync, _soon, "the next run is told at once");

        await Eventually.EqualsAsync(1L, OutboxAsync, _soon, "only the hanging one is left");
        Assert.Equal([0, 1, 2], _hook.Finished.Where(n => n.RunId == failing).Select(n => n.Tries));

        // Two failures are one line at the beginning and one at the end.
        Assert.Single(silos.Log.Of(343));
        Assert.Matches("^The hook RecordingHook is out of trouble after .* Failures meanwhile: 2.$", Assert.Single(silos.Log.Of(224)));
    }

    [Fact]
    public async Task An_end_whose_teller_went_away_before_the_hook_returned_is_told_by_the_next()
    {
        var run = Guid.NewGuid();
        _hook.OnRun = (_, _) => new TaskCompletionSource().Task;
        await using (var silos = await StartAsync())
        {
            await EnqueueAsync(run);
            await Eventually.EqualsAsync((1, 0), ToldAsync, _soon, "the hook is called");
        }

        Assert.Equal(1, await OutboxAsync());
        _hook.OnRun = (_, _) => Task.CompletedTask;
        await using var next = await StartAsync();

        await Eventually.EqualsAsync((2, 0), ToldAsync, _soon, "the end is told again");
        Assert.All(_hook.Finished, n => Assert.Equal(run, n.RunId));
        await Eventually.EqualsAsync(0L, OutboxAsync, _soon, "nothing is left to tell");
    }

    // The hook has heard of the end, and the session that would record this is gone. A sweep has opened another one, without the lock.
    [Fact]
    public async Task An_end_whose_tellers_session_was_lost_in_the_call_is_told_again()
    {
        var run = Guid.NewGuid();
        var ready = new TaskCompletionSource<TestSilos>();
        _hook.OnRun = async (_, _) =>
        {
            if (_hook.Finished.Count == 1)
            {
                await Database.ExecuteAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'orleans-batch-recovery@%'");
                var silos = await ready.Task;
                await Eventually.UntilAsync(
                    async () =>
                    {
                        await Record.ExceptionAsync(() => silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(CancellationToken.None));
                        return await Database.ScalarAsync<bool>(
                            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'orleans-batch-recovery@%')");
                    },
                    _soon, "the recovery has another session");
            }
        };
        await using var silos = await StartAsync();
        ready.SetResult(silos);
        await EnqueueAsync(run);

        await Eventually.EqualsAsync((2, 0), ToldAsync, _soon, "the end is told twice");
        await Eventually.EqualsAsync(0L, OutboxAsync, _soon, "nothing is left to tell");
    }

    // The end was committed and no nudge came through, so the sweep tells the hooks.
    [Fact]
    public async Task An_end_that_nobody_was_nudged_for_is_told_by_the_sweep()
    {
        var run = Guid.NewGuid();
        await Database.AddSinkAsync(RecordingSink.Name);
        await EnqueueAsync(run);
        await using (var owner = await TestOwner.OwnAsync(Database, await TeamAsync(run), "s", sink: RecordingSink.Name))
        {
            await owner.ApplyAllAsync();
        }

        await Database.ExecuteAsync(
            "INSERT INTO orleans_batch.run_notification (run_id, sink_id, group_id) SELECT run_id, sink_id, group_id "
                + "FROM orleans_batch.sink_run");
        await using var silos = await StartAsync();

        await Eventually.EqualsAsync((1, 0), ToldAsync, _soon, "the end is told");
    }

    [Fact]
    public async Task Two_silos_tell_each_end_once()
    {
        var running = 0;
        var most = 0;
        _hook.OnRun = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        };
        await using var silos = await StartAsync(count: 2);

        for (var run = 0; run < 40; run++)
        {
            await EnqueueAsync(Guid.NewGuid());
        }

        await Eventually.EqualsAsync((40, 0), ToldAsync, _soon, "all ends are told");
        await Eventually.EqualsAsync(0L, OutboxAsync, _soon, "nothing is left to tell");
        Assert.Equal(40, _hook.Finished.Select(n => n.RunId).Distinct().Count());
        Assert.InRange(most, 1, 16);
    }

    [Fact]
    public async Task Nothing_is_told_while_another_session_in_the_cluster_is_at_it()
    {
        await using var other = await StagedSession.OpenAsync(Database);
        Assert.True(await other.ScalarAsync<bool>("SELECT pg_try_advisory_lock(1329725439, 4)"));
        await using var silos = await StartAsync();
        await EnqueueAsync(Guid.NewGuid());
        await Eventually.EqualsAsync(1L, OutboxAsync, _soon, "the run has ended");
        await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_hook.Finished);

        Assert.True(await other.ScalarAsync<bool>("SELECT pg_advisory_unlock(1329725439, 4)"));

        await Eventually.EqualsAsync((1, 0), ToldAsync, _soon, "the end is told");
    }

    [Fact]
    public async Task Silos_without_hooks_write_nothing_down_for_them()
    {
        var run = Guid.NewGuid();
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await EnqueueAsync(run);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal(0, await OutboxAsync());
    }

    private Task<TestSilos> StartAsync(int count = 1) => TestSilos.StartAsync(
        Database, count, Quickly, _sink, add: silo => silo.Services.AddSingleton<IRunHook>(_hook));

    private static void Quickly(OrleansBatchOptions options) => options.SweepPeriod = TimeSpan.FromMilliseconds(200);

    private Task<long> EnqueueAsync(Guid run) => Database.EnqueueAsync(TestIds.NextTeam(), "s", run, 0, final: true);

    private Task<long> TeamAsync(Guid run) => Database.ScalarAsync<long>(
        "SELECT g.team_id FROM orleans_batch.run AS r JOIN orleans_batch.batch_group AS g USING (group_id) WHERE r.run_id = $1", run);

    private Task<(int Finished, int Failed)> ToldAsync() => Task.FromResult((_hook.Finished.Count, _hook.Failed.Count));

    private Task<long> OutboxAsync() => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.run_notification");
}
