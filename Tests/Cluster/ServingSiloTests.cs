using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Intake;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The database says which silos run, where, and with which settings of each sink.
public sealed class ServingSiloTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_is_on_record_with_its_process_and_its_sinks_settings_for_as_long_as_it_runs()
    {
        using var directory = new TempDirectory();
        var root = Directory.CreateDirectory(Path.Combine(directory.Path, "in")).FullName;
        var link = Path.Combine(directory.Path, "link");
        Directory.CreateSymbolicLink(link, root);
        var reports = new BatchReports(Database.Source);
        void AddDuckDb(ISiloBuilder silo) => silo.Services.AddDuckDbSink(o =>
        {
            o.LakeDirectory = Path.Combine(directory.Path, "lake");
            o.InputRoots = [link];
        });

        await using (var silos = await TestSilos.StartAsync(Database, serves: ["probe", "duckdb"], add: AddDuckDb))
        {
            await Eventually.UntilAsync(
                async () => (await reports.ListServingAsync(null, Ct)).Count == 2, _soon, "the poller is connected");

            var duckDb = Assert.Single(await reports.ListServingAsync("duckdb", Ct));
            Assert.Equal(silos.NameOf(silos.Handles[0]), duckDb.Silo);
            Assert.Equal((Environment.MachineName, Environment.ProcessId), (duckDb.Host, duckDb.ProcessId));
            Assert.Matches("^[0-9]+[.]", duckDb.Version);
            Assert.Equal(Path.Combine(directory.Path, "lake"), duckDb.Destination);
            Assert.Equal([root], duckDb.InputRoots);
            var probe = Assert.Single(await reports.ListServingAsync("probe", Ct));
            Assert.Null(probe.Destination);
            Assert.Empty(probe.InputRoots);
        }

        await Eventually.UntilAsync(async () => (await reports.ListServingAsync(null, Ct)).Count == 0, _soon, "its connections are gone");
    }

    [Fact]
    public async Task A_silo_that_starts_again_replaces_what_it_said_before()
    {
        await Database.AddSinkAsync("probe");
        await Database.ExecuteAsync("INSERT INTO orleans_batch.sink (name) VALUES ('other')");
        await using (var silos = await TestSilos.StartAsync(Database))
        {
            await Database.ExecuteAsync(
                """
                INSERT INTO orleans_batch.silo (name, host, process_id, version, started_at)
                VALUES ('gone', 'h', 1, '1', clock_timestamp() - interval '2 days');
                INSERT INTO orleans_batch.silo_sink (silo, sink_id, started_at)
                SELECT 'gone', sink_id, clock_timestamp() - interval '2 days' FROM orleans_batch.sink WHERE name = 'probe';
                """);
            await Database.ExecuteAsync(
                """
                INSERT INTO orleans_batch.silo (name, host, process_id, version) VALUES ('back', 'old', 1, '0')
                """);
            await Database.ExecuteAsync(
                "INSERT INTO orleans_batch.silo_sink (silo, sink_id) SELECT 'back', sink_id FROM orleans_batch.sink WHERE name = 'other'");
        }

        await using var again = await TestSilos.StartAsync(Database, configure: o => o.SiloName = "back");

        Assert.Equal(
            ["back probe"],
            await Database.RowsAsync(
                "SELECT v.silo || ' ' || s.name FROM orleans_batch.silo_sink AS v JOIN orleans_batch.sink AS s USING (sink_id) "
                    + "WHERE v.silo IN ('back', 'gone')",
                r => r.GetString(0)));
        Assert.Equal(
            Environment.MachineName, await Database.ScalarAsync<string>("SELECT host FROM orleans_batch.silo WHERE name = 'back'"));
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.silo WHERE name = 'gone'"));
    }
}
