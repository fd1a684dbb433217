using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The gauges of the queue show what an alert needs: what waits and for how long, what executes, and which runs nobody looks after.
public sealed class QueueSampleTests : DatabaseTest, IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogs _logs = new();
    private readonly ServiceProvider _services;
    private readonly MetricReading _metrics;

    public QueueSampleTests(PostgresFixture postgres)
        : base(postgres)
    {
        _services = new ServiceCollection().AddMetrics().AddLogging(l => l.AddProvider(_logs).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton<TimeProvider>(_time).AddSingleton<QueueInstruments>().AddSingleton<TroubleLog>().AddSingleton<QueueSampler>()
            .Configure<OrleansBatchOptions>(o => o.MetricTeams = 2).BuildServiceProvider();
        _metrics = new MetricReading(_services);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Backlog_and_ages_are_shown_by_sink_and_state_and_for_the_teams_that_wait_longest()
    {
        await Database.AddSinkAsync("probe");
        await WaitAsync(team: 1, batches: 3, minutes: 2);
        await WaitAsync(team: 2, batches: 2, minutes: 3);
        await WaitAsync(team: 3, batches: 1, minutes: 4, parkedFor: "retry");
        await WaitAsync(team: 4, batches: 1, minutes: 50, parkedFor: "blocked");
        await WaitAsync(team: 5, batches: 7, minutes: 59, parkedFor: "paused");
        await WaitAsync(team: 6, batches: 1, minutes: 0);
        await using var owner = await TestOwner.OwnAsync(Database, 2, "s");
        await owner.ClaimAsync();
        await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET claimed_at = clock_timestamp() - interval '100 s'");

        await SampleAsync();

        Assert.Equal(
            [
                "blocked 1 groups 1 batches 50 min", "executing 1 groups 2 batches 3 min", "not_ready 0 groups 0 batches 0 min",
                "paused 1 groups 7 batches 59 min", "waiting 2 groups 4 batches 2 min", "waiting_retry 1 groups 1 batches 4 min",
            ],
            States("probe"));
        Assert.InRange(_metrics.Sum("orleans-batch-executing-age", "sink=probe"), 100, 160);
        Assert.Equal(3, _metrics.Sum("orleans-batch-groups-woken"));
        Assert.Equal(
            [("reason=blocked", 1), ("reason=not_ready", 0), ("reason=paused", 1), ("reason=retry", 1)],
            _metrics.Of("orleans-batch-groups-parked"));

        // The paused team waits for an operator who knows. The team of a moment ago waits for nobody.
        Assert.Equal([("team=3", 1), ("team=4", 1), ("team=other", 6)], _metrics.Of("orleans-batch-team-batches-waiting"));
        Assert.Equal(
            [("team=3", 4), ("team=4", 50), ("team=other", 3)],
            _metrics.Of("orleans-batch-team-oldest-waiting-age").Select(s => (s.Tags, Math.Floor(s.Value / 60))));
    }

    [Fact]
    public async Task A_follower_waits_for_what_its_upstream_has_passed_and_a_disabled_sink_is_left_out()
    {
        await Database.AddSinkAsync("probe");
        await Database.AddSinkAsync("off");
        await Database.ExecuteAsync(
            "SELECT orleans_batch.disable_sink('off'); INSERT INTO orleans_batch.sink (name, upstream_id) VALUES ('behind', 1)");
        await WaitAsync(team: 1, batches: 3, minutes: 2);
        await using var owner = await TestOwner.OwnAsync(Database, 1, "s");
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);

        await SampleAsync();

        Assert.Equal(
            [("sink=behind", 1), ("sink=probe", 2)],
            _metrics.Of("orleans-batch-batches-waiting").Where(s => s.Value > 0).Select(s => (s.Tags.Split(' ')[0], s.Value)));
        Assert.DoesNotContain(_metrics.Of("orleans-batch-batches-waiting"), s => s.Tags.Contains("off", StringComparison.Ordinal));
    }

    // The gauge and the doctor go by the same rule.
    [Fact]
    public async Task Failed_runs_count_until_a_retry_has_succeeded_and_are_unattended_until_somebody_looks_after_them()
    {
        await Database.AddSinkAsync("probe");
        await using var poller = await ServingPoller.StartAsync(Database, "silo-a");
        await FailAsync(team: 1);
        await FailAsync(team: 1);
        await Database.ExecuteAsync("SELECT orleans_batch.acknowledge_run($1)", await FailAsync(team: 2));
        var mended = await FailAsync(team: 3);
        var retry = await Database.ScalarAsync<Guid>("SELECT orleans_batch.retry_run($1)", mended);
        await SampleAsync();
        Assert.Equal((4, 2), Runs());

        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state)
            SELECT run_id, 1, group_id, 'succeeded' FROM orleans_batch.run WHERE run_id = $1
            """,
            retry);
        await SampleAsync();

        Assert.Equal((3, 2), Runs());
        Assert.Equal([("team=1", 2), ("team=other", 0)], _metrics.Of("orleans-batch-team-runs-unattended"));
        Assert.Equal(2, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.doctor() WHERE code = 'run_failed'"));
    }

    [Fact]
    public async Task Every_sink_is_shown_although_nothing_waits()
    {
        await Database.AddSinkAsync("probe");

        await SampleAsync();

        Assert.Equal(6, States("probe").Count);
        Assert.Equal([("sink=probe", 0)], _metrics.Of("orleans-batch-executing-age"));
        Assert.Equal([("sink=probe", 0)], _metrics.Of("orleans-batch-runs-unattended"));
        Assert.Equal([("team=other", 0)], _metrics.Of("orleans-batch-team-oldest-waiting-age"));
    }

    // Otherwise a silo that no longer sweeps would show its last sample for ever, beside the new one of another silo.
    [Fact]
    public async Task An_old_sample_is_shown_no_more()
    {
        await Database.AddSinkAsync("probe");
        await SampleAsync();
        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal([("", 119)], _metrics.Of("orleans-batch-sample-age"));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.All(_metrics.Instruments, i => Assert.Empty(_metrics.Of(i.Name)));
    }

    [Fact]
    public async Task A_sample_that_fails_is_one_line_and_leaves_the_sweep_alone()
    {
        await using var staged = await StagedSession.BeginAsync(Database);
        await staged.ExecuteAsync("LOCK TABLE orleans_batch.wakeup IN ACCESS EXCLUSIVE MODE");

        await using var sweep = await Database.Source.OpenConnectionAsync(Ct);
        await sweep.ScalarAsync<object>("SET statement_timeout = '500ms'");
        var sampler = _services.GetRequiredService<QueueSampler>();

        await sampler.RunAsync(sweep, 0, Ct);
        await sampler.RunAsync(sweep, 0, Ct);
        Assert.Empty(_metrics.Of("orleans-batch-sample-age"));
        await staged.RollbackAsync();
        await sampler.RunAsync(sweep, 0, Ct);

        Assert.Single(_logs.Of(303));
        Assert.Equal(["The sampling of the queue is out of trouble after 00:00:00. Failures meanwhile: 2."], _logs.Of(224));
        Assert.Single(_metrics.Of("orleans-batch-sample-age"));
    }

    private (double Failed, double Unattended) Runs() =>
        (_metrics.Sum("orleans-batch-runs-failed", "sink=probe"), _metrics.Sum("orleans-batch-runs-unattended", "sink=probe"));

    private List<string> States(string sink) =>
    [
        .. _metrics.Of("orleans-batch-groups-waiting").Where(s => s.Tags.StartsWith($"sink={sink} ", StringComparison.Ordinal)).Select(s =>
            $"{s.Tags.Split("state=")[1]} {s.Value} groups {_metrics.Sum("orleans-batch-batches-waiting", s.Tags.Split(' '))} batches "
            + $"{Math.Floor(_metrics.Sum("orleans-batch-oldest-waiting-age", s.Tags.Split(' ')) / 60)} min"),
    ];

    private async Task SampleAsync()
    {
        await using var connection = await Database.Source.OpenConnectionAsync(Ct);
        await _services.GetRequiredService<QueueSampler>().RunAsync(connection, 0, Ct);
        Assert.Empty(_logs.Of(303));
    }

    private async Task WaitAsync(long team, int batches, int minutes, string? parkedFor = null)
    {
        var run = Guid.NewGuid();
        for (var index = 0; index < batches; index++)
        {
            await Database.EnqueueAsync(team, "s", run, index);
        }

        await Database.ExecuteAsync(
            """
            UPDATE orleans_batch.log_entry SET created_at = created_at - make_interval(mins => $2)
            WHERE group_id = (SELECT group_id FROM orleans_batch.batch_group WHERE team_id = $1)
            """,
            team, minutes);
        if (parkedFor is not null)
        {
            await Database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", team);
            await Database.ExecuteAsync(
                """
                INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, reason, until)
                SELECT group_id, 1, team_id, $2, CASE WHEN $2 = 'retry' THEN clock_timestamp() + interval '1 hour' END
                FROM orleans_batch.batch_group WHERE team_id = $1
                """,
                team, parkedFor);
        }
    }

    private async Task<Guid> FailAsync(long team)
    {
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(team, $"s{run}", run, 0, final: true);
        await using var owner = await TestOwner.OwnAsync(Database, team, $"s{run}");
        await owner.FailAsync(await owner.ClaimAsync());
        return run;
    }
}
