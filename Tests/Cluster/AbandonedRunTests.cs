using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

public sealed class AbandonedRunTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task A_run_whose_producer_went_away_is_applied_as_far_as_it_came_and_holds_nothing_up()
    {
        var (team, abandoned, next) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(team, "s", abandoned, 0);
        await Database.EnqueueAsync(team, "s", abandoned, 1);
        await Database.EnqueueAsync(team, "s", next, 0, final: true);

        await using var silos = await TestSilos.StartAsync(Database);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(next), TimeSpan.FromSeconds(30), "the next run succeeds");
        Assert.Equal("running", await Database.RunStateAsync(abandoned));
        Assert.Equal(
            ["succeeded", "succeeded", "succeeded"],
            await Database.RowsAsync("SELECT state FROM orleans_batch.batch_status WHERE team_id = $1", r => r.GetString(0), team));
    }
}
