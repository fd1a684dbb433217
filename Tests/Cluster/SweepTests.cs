using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A sweep finishes new sinks, runs of silent producers, and groups that a resume could not see.
public sealed class SweepTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // The silo starts and works meanwhile. Transactions that were open when its sink was added come with a later sweep.
    [Fact]
    public async Task A_sweep_seeds_a_sink_when_the_last_enqueue_that_could_not_see_it_has_ended()
    {
        var meanwhile = Guid.NewGuid();
        await using var producer = await StagedSession.BeginAsync(Database);
        await producer.EnqueueAsync(_team, "held", _run, 0, final: true);
        await using var silos = await TestSilos.StartAsync(Database, configure: o => o.SweepPeriod = TimeSpan.FromHours(1));
        var recovery = silos.Client.GetGrain<IRecoveryGrain>(0);

        await Database.EnqueueAsync(_team, "orders", meanwhile, 0, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(meanwhile), _soon, "a new group runs");
        Assert.Equal(0, (await recovery.SweepAsync(Ct)).SinksSeeded);
        await producer.CommitAsync();
        Assert.Equal("waiting", await Database.RunStateAsync(_run));

        await Eventually.UntilAsync(
            async () => (await recovery.SweepAsync(Ct)).SinksSeeded == 1, _soon, "the sink is seeded");

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run), _soon, "the group that was held open runs");
        Assert.Equal("active", await Database.ScalarAsync<string>("SELECT state FROM orleans_batch.sink WHERE name = 'probe'"));
    }

    [Fact]
    public async Task A_silo_keeps_what_a_sink_follows()
    {
        await Database.AddSinkAsync("lake");
        var id = await Database.ScalarAsync<short>("SELECT orleans_batch.add_sink('probe', upstream => 'lake')");

        await using var silos = await TestSilos.StartAsync(Database);

        Assert.Equal((id, "lake"), Assert.Single(await Database.RowsAsync(
            "SELECT s.sink_id, u.name FROM orleans_batch.sink AS s JOIN orleans_batch.sink AS u ON u.sink_id = s.upstream_id",
            r => (r.GetInt16(0), r.GetString(1)))));
    }

    [Fact]
    public async Task A_sweep_ends_a_run_whose_producer_has_gone_and_the_sink_hears_of_it()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await using var silos = await TestSilos.StartAsync(Database, configure: o => o.StrandedAfter = TimeSpan.FromHours(2));
        await Eventually.EqualsAsync(
            0L, () => Database.WakeupsAsync(_team), _soon, "what was enqueued is applied");
        var recovery = silos.Client.GetGrain<IRecoveryGrain>(0);

        await Database.AgeAsync(_run, hours: 1);
        Assert.Equal(0, (await recovery.SweepAsync(Ct)).RunsStranded);
        await Database.AgeAsync(_run, hours: 3);
        Assert.Equal(1, (await recovery.SweepAsync(Ct)).RunsStranded);

        await Eventually.EqualsAsync("stranded", () => Database.RunStateAsync(_run), _soon, "the run ends in the sink");
        Assert.Equal(
            "succeeded", await Database.ScalarAsync<string>("SELECT state FROM orleans_batch.batch_status WHERE run_id = $1", _run));
    }

    [Fact]
    public async Task A_sweep_wakes_a_group_that_was_parked_for_a_pause_that_is_over()
    {
        var sink = await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Database.ExecuteAsync(
            """
            WITH woken AS (DELETE FROM orleans_batch.wakeup)
            INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason)
            SELECT g.group_id, $1, g.team_id, NULL, 'paused' FROM orleans_batch.batch_group AS g
            """,
            sink);
        await Database.ExecuteAsync("SELECT orleans_batch.pause($1)", _team);
        await using var silos = await TestSilos.StartAsync(Database, configure: o => o.SweepPeriod = TimeSpan.FromHours(1));
        var recovery = silos.Client.GetGrain<IRecoveryGrain>(0);
        Assert.Equal(0, (await recovery.SweepAsync(Ct)).GroupsResumed);

        await Database.ExecuteAsync("DELETE FROM orleans_batch.pause");
        Assert.Equal(1, (await recovery.SweepAsync(Ct)).GroupsResumed);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run), _soon, "the group runs");
    }

    [Fact]
    public async Task Sweeps_that_fail_are_logged_once_when_it_begins_and_once_when_it_is_over()
    {
        await Database.ExecuteAsync(
            """
            CREATE SEQUENCE orleans_batch.tries;
            ALTER FUNCTION orleans_batch.strand_runs RENAME TO strand_runs_kept;
            CREATE FUNCTION orleans_batch.strand_runs(idle interval) RETURNS int LANGUAGE plpgsql AS
              $$ BEGIN PERFORM nextval('orleans_batch.tries'); RAISE EXCEPTION 'Not now.'; END $$
            """);
        await using var silos = await TestSilos.StartAsync(Database, configure: o => o.SweepPeriod = TimeSpan.FromMilliseconds(100));
        await Eventually.UntilAsync(
            () => Database.ScalarAsync<bool>("SELECT last_value >= 4 FROM orleans_batch.tries"), _soon, "several sweeps have failed");
        Assert.Empty(silos.Log.Of(224));

        await Database.ExecuteAsync(
            "DROP FUNCTION orleans_batch.strand_runs; ALTER FUNCTION orleans_batch.strand_runs_kept RENAME TO strand_runs");

        await Eventually.UntilAsync(() => Task.FromResult(silos.Log.Of(224).Count == 1), _soon, "it is over");
        Assert.Matches("^The sweep is out of trouble after 00:00:.*Failures meanwhile: ([3-9]|[1-9][0-9]+)\\.$", silos.Log.Of(224)[0]);
        Assert.Matches("^The sweep failed 1 times in a row.*Not now", Assert.Single(silos.Log.Of(300)));
    }

    [Fact]
    public async Task A_disabled_sink_is_left_alone_until_it_is_enabled()
    {
        await Database.AddSinkAsync("probe");
        await Database.ExecuteAsync("SELECT orleans_batch.disable_sink('probe')");
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await using var silos = await TestSilos.StartAsync(Database);

        Assert.Equal(0, await silos.Client.GetGrain<IPollerGrain>(0).PollAsync(TimeSpan.Zero, Ct));
        Assert.Equal("waiting", await Database.RunStateAsync(_run));

        await Database.ExecuteAsync("SELECT orleans_batch.enable_sink('probe')");
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run), _soon, "the group runs");
    }
}
