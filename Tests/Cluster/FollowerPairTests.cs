using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The built-in sinks as a pair: probe records the batches that duckdb has applied.
public sealed class FollowerPairTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly ParquetFixture _parquet = new();

    public void Dispose() => _parquet.Dispose();

    [Fact]
    public async Task Probe_records_each_batch_after_duckdb_has_applied_it()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var lake = _parquet.PathOf("lake");
        await Database.AddFollowerAsync("probe", "duckdb");
        await using var silos = await TestSilos.StartAsync(
            Database, serves: ["duckdb", "probe"],
            add: silo => silo.Services.AddDuckDbSink(o => (o.LakeDirectory, o.InputRoots) = (lake, [_parquet.Directory])));

        for (var index = 0; index < 6; index++)
        {
            var path = index == 4 ? _parquet.WriteBytes("empty.parquet", []) : _parquet.Write($"{index}.parquet", $"SELECT {index} AS id");
            await Database.EnqueueAsync(team, "s", run, index, path, final: index == 5);
        }

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run), _soon, "the run fails behind duckdb too");
        Assert.Equal([0, 1, 2, 3], await Database.RowsAsync(
            """
            SELECT l.batch_index FROM orleans_batch.probe_ledger AS l
            JOIN orleans_batch.batch_status AS b ON b.run_id = l.run_id AND b.batch_index = l.batch_index AND b.sink = 'duckdb'
            WHERE l.team_id = $1 AND l.outcome = 'succeeded' AND l.started_at >= b.finished_at ORDER BY l.id
            """,
            r => r.GetInt32(0), team));
        Assert.Equal(4, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1", team));
        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"), _soon, "the file is closed");
        Assert.Equal(4, new Lake(lake).CountRows(new GroupKey(team, "s")));
    }
}
