using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G1: within a group and sink, an entry starts only after the one before it has ended.
public sealed class OrderTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task Batches_of_a_group_are_applied_in_order_one_at_a_time_each_once()
    {
        var team = TestIds.NextTeam();
        var runs = Enumerable.Range(0, 12).ToDictionary(g => $"schema {g}", _ => Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await using var silos = await TestSilos.StartAsync(Database, count: 2);

        for (var index = 0; index < 25; index++)
        {
            foreach (var (schema, run) in runs)
            {
                await Database.EnqueueAsync(team, schema, run, index, final: index == 24);
            }
        }

        foreach (var run in runs.Values)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), TimeSpan.FromSeconds(60), "the run succeeds");
        }

        var ledger = await Database.RowsAsync(
            "SELECT schema_id, seq, batch_index, started_at, finished_at FROM orleans_batch.probe_ledger WHERE team_id = $1 "
                + "ORDER BY schema_id, started_at",
            r => (Schema: r.GetString(0), Seq: r.GetInt64(1), Index: r.GetInt32(2), Started: r.GetDateTime(3), Finished: r.GetDateTime(4)),
            team);
        foreach (var group in ledger.GroupBy(l => l.Schema))
        {
            var applied = group.ToList();
            Assert.Equal(Enumerable.Range(0, 25), applied.Select(a => a.Index));
            Assert.Equal(Enumerable.Range(1, 25).Select(s => (long)s), applied.Select(a => a.Seq));
            Assert.All(applied.Zip(applied.Skip(1)), pair => Assert.True(pair.First.Finished <= pair.Second.Started));
        }
    }
}
