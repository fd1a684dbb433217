using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// Batches that are over before a beat is due keep the lock by their own statements.
public sealed class ShortBatchesTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task A_chain_of_short_batches_that_outlasts_the_lock_lifetime_has_one_owner()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        for (var index = 0; index < 30; index++)
        {
            await Database.EnqueueAsync(team, "s", run, index, final: index == 29, metadata: """{"probe": {"sleep_ms": 100}}""");
        }

        await using var silos = await TestSilos.StartAsync(Database, configure: o =>
        {
            o.StatementTimeout = TimeSpan.FromSeconds(0.5);
            o.IdleTimeout = TimeSpan.FromSeconds(1.5);
            o.HeartbeatPeriod = TimeSpan.FromMilliseconds(450);
        });

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), TimeSpan.FromSeconds(30), "the run succeeds");
        var (starts, epochs, lasted) = Assert.Single(await Database.RowsAsync(
            """
            SELECT count(*), count(DISTINCT epoch), max(finished_at) - min(started_at) FROM orleans_batch.probe_ledger WHERE team_id = $1
            """,
            r => (r.GetInt64(0), r.GetInt64(1), r.GetTimeSpan(2)), team));
        Assert.Equal((30, 1), (starts, epochs));
        Assert.True(lasted > TimeSpan.FromSeconds(2), $"The chain lasted {lasted} only.");
    }
}
