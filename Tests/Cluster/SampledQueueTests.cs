using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// One silo of the cluster shows the queue, and each shows its own work by sink and team.
public sealed class SampledQueueTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_silo_shows_the_queue_and_another_one_when_the_first_is_gone()
    {
        await using var silos = await TestSilos.StartAsync(Database, 2, o => o.SweepPeriod = TimeSpan.FromMilliseconds(200));
        var silo = silos.Handles.ToDictionary(h => h, h => new MetricReading(h.ServiceProvider));
        await Eventually.EqualsAsync(1, () => Task.FromResult(silo.Values.Count(IsShowing)), _soon, "one silo shows the queue");
        var first = silo.Single(s => IsShowing(s.Value)).Key;

        await silos.StopAsync(first);

        Assert.False(IsShowing(silo[first]));
        silo.Remove(first);
        await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(TestContext.Current.CancellationToken);
        Assert.True(IsShowing(silo.Values.Single()));
    }

    [Fact]
    public async Task Rows_bytes_durations_retries_and_losses_are_counted_by_sink_and_team()
    {
        var (team, run, fails) = (TestIds.NextTeam(), Guid.NewGuid(), 1);
        var sink = new RecordingSink { OnAnswer = _ => new BatchResult { RowsApplied = 20 } };
        sink.OnApply = (c, _) => c.Batch.BatchIndex == 1 && fails-- > 0 ? throw new InvalidOperationException("Away.") : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        using var metrics = new MetricReading(silos.Handles[0].ServiceProvider);

        await EnqueueLostAsync(team, run);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        await Eventually.EqualsAsync(
            3.0, () => Task.FromResult(metrics.Sum("orleans-batch-batches", "sink=recording", "outcome=succeeded")), _soon,
            "all are counted");

        Assert.Equal(1, metrics.Sum("orleans-batch-batches", "sink=recording", "outcome=retry"));
        Assert.Equal(60, metrics.Sum("orleans-batch-rows", "sink=recording"));
        Assert.Equal(300, metrics.Sum("orleans-batch-bytes", "sink=recording"));
        Assert.Equal(1, metrics.Sum("orleans-batch-losses", "sink=recording"));
        Assert.Equal(3, metrics.Sum("orleans-batch-batch-duration", "sink=recording", "succeeded=True"));
        Assert.Equal(1, metrics.Sum("orleans-batch-batch-duration", "sink=recording", "succeeded=False"));
        Assert.Equal(
            (3, 60, 300, 1, 1),
            (Of("batches"), Of("rows"), Of("bytes"), Of("retries"), Of("losses")));
        Assert.True(Of("time") > 0);

        double Of(string what) => metrics.Sum($"orleans-batch-team-{what}", $"team={team}");
    }

    // The group's first batch was claimed by an owner that is gone.
    private async Task EnqueueLostAsync(long team, Guid run)
    {
        await using var staged = await StagedSession.BeginAsync(Database);
        await staged.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue(team_id => $1, schema_id => 's', run_id => $2, batch_index => i, path => 'x', is_final => i = 2,
              row_count => 20, byte_size => 100) FROM generate_series(0, 2) AS i
            """,
            team, run);
        await staged.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, owner, claimed_to, claimed_at, claimed_under, attempt)
            SELECT group_id, 1, 1, 'gone', 1, clock_timestamp(), pg_postmaster_start_time(), 1
            FROM orleans_batch.batch_group WHERE team_id = $1
            """,
            team);
        await staged.CommitAsync();
    }

    private static bool IsShowing(MetricReading metrics) => metrics.Of("orleans-batch-sample-age").Count == 1;
}
