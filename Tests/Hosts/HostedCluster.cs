using Npgsql;
using OrleansBatch.Drill;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Drill.Hosts;
using OrleansBatch.Drill.Silos;
using OrleansBatch.Drill.Takeovers;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Hosts;

// Silos on hosts of their own. A silo that ends by itself is started again, as a supervisor does it.
internal sealed class HostedCluster : IAsyncDisposable
{
    public const int Slots = 4;

    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    private static readonly DrillOptions _options = new() { Lifetime = TimeSpan.FromSeconds(3), Program = Cli.Assembly };

    private static readonly Dictionary<string, string> _slots = new() { ["OrleansBatch__Slots"] = $"{Slots}" };

    private readonly TempDirectory _directory = new();
    private readonly ChildGuard _guard = new();
    private readonly CancellationTokenSource _end = new();
    private Task _keeping = Task.CompletedTask;

    private HostedCluster(QueueDatabase database, HostNetwork network, int silos)
    {
        (Database, Network) = (database, network);
        var (timeline, server) = (new Timeline(TimeProvider.System), new NpgsqlConnectionStringBuilder(database.ConnectionString));
        Silos =
        [
            .. network.Hosts.Take(silos).Select((host, i) => new DrillSilo(
                i + 1, new FaultProxy(network.Outside, server.Host!, server.Port),
                new SiloPlace(_directory.Path, database.ConnectionString, _options, host), timeline, _guard)),
        ];
        Keeper = new SiloKeeper(Silos, timeline, _ => { });
    }

    public QueueDatabase Database { get; }

    public HostNetwork Network { get; }

    public IReadOnlyList<DrillSilo> Silos { get; }

    public SiloKeeper Keeper { get; }

    public string Directory => _directory.Path;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // The spare hosts have no silo.
    public static async Task<HostedCluster> StartAsync(QueueDatabase database, int silos, int spare = 0)
    {
        await database.AddSinkAsync("probe");
        var cluster = new HostedCluster(database, await HostNetwork.MakeAsync(silos + spare, Ct), silos);
        try
        {
            await Task.WhenAll(cluster.Silos.Select(cluster.StartAsync));
            cluster._keeping = cluster.Keeper.KeepAsync(cluster._end.Token);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync(DrillSilo silo) => silo.StartAsync(_slots, Ct);

    // Enqueues one batch of a new group after the other, until each of the silos has taken some up. Returns their team.
    public async Task<long> SpreadAsync(string orders, params IEnumerable<DrillSilo> over)
    {
        var (team, silos, groups) = (TestIds.NextTeam(), over.ToList(), 0L);
        await Eventually.UntilAsync(
            async () =>
            {
                await Database.EnqueueAsync(
                    team, $"s{groups++}", Guid.NewGuid(), 0, final: true, metadata: $$$"""{"probe": {{{{orders}}}}}""");
                await Eventually.EqualsAsync(groups, () => BegunAsync(team), Soon, "the batch is taken up");
                var working = await Database.RowsAsync(
                    "SELECT DISTINCT silo FROM orleans_batch.probe_ledger WHERE team_id = $1", r => r.GetString(0), team);
                return silos.All(s => working.Contains(s.Name));
            },
            Soon,
            $"each of {string.Join(", ", silos.Select(s => s.Name))} takes up a batch");
        return team;
    }

    // Has each of the silos work, and returns where the batches were.
    public async Task<Stays> WorkAsync(params IEnumerable<DrillSilo> silos)
    {
        var team = await SpreadAsync("\"sleep_ms\": 300", silos);
        await SucceededAsync(team);
        return await StaysAsync(team);
    }

    // The process of a silo on a host that no silo of the cluster is on.
    public SiloProcess Serve(string name, NetworkHost host, DrillSilo like, params string[] arguments)
    {
        var place = new SiloPlace(_directory.Path, Database.ConnectionString, _options, host);
        return SiloProcess.Start(
            name,
            SiloProgram.Serve(
                _options.Program, _directory.Path, place.Variables(name, _slots), place.Enter,
                [.. place.Arguments(like.Proxy.Port), .. arguments]));
    }

    // The silos, one after the other, that the batches of the team's groups were at.
    public async Task<Stays> StaysAsync(long team, string which = "true") => new(
        await Database.RowsAsync(
            $"SELECT schema_id, silo, attempt FROM orleans_batch.probe_ledger WHERE team_id = $1 AND {which} ORDER BY id",
            r => new Stay(r.GetString(0), r.GetString(1), r.GetInt32(2)), team));

    public Task SucceededAsync(long team) => Eventually.EqualsAsync(
        0L,
        () => Database.ScalarAsync<long>(
            "SELECT count(*) FROM orleans_batch.run_status WHERE team_id = $1 AND state <> 'succeeded'", team),
        Soon,
        "all runs have succeeded");

    // Batches of which a failure is on record, more than one loss, or another number of successes than one.
    public Task<List<string>> DisturbedBatchesAsync() => Database.RowsAsync(
        """
        SELECT format('%s/%s: %s', g.team_id, g.schema_id, string_agg(a.outcome || ' at ' || a.silo, ', ' ORDER BY a.finished_at))
        FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
        GROUP BY g.team_id, g.schema_id
        HAVING count(*) FILTER (WHERE a.outcome IN ('retry', 'failed', 'timed_out')) > 0
          OR count(*) FILTER (WHERE a.outcome = 'lost') > 1 OR count(*) FILTER (WHERE a.outcome = 'succeeded') <> 1
        """,
        r => r.GetString(0));

    // The addresses of the silos that the membership table calls active.
    public Task<List<string>> ActiveAsync() => Database.RowsAsync(
        "SELECT address FROM orleans.orleansmembershiptable WHERE status = 3 ORDER BY address", r => r.GetString(0));

    // The silos that another silo does not reach, as doctor says it.
    public Task<List<string>> UnreachedAsync() => Database.RowsAsync(
        "SELECT subject || ': ' || message FROM orleans_batch.doctor_silos() WHERE code = 'silo_unreached' ORDER BY 1",
        r => r.GetString(0));

    public string LogOf(SiloProcess process) => File.ReadAllText(Path.Combine(_directory.Path, $"{process.Name}.log"));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        await Network.DisposeAsync();
        _end.Dispose();
        _guard.Dispose();
        _directory.Dispose();
    }

    private Task<long> BegunAsync(long team) => Database.ScalarAsync<long>(
        "SELECT count(DISTINCT schema_id) FROM orleans_batch.probe_ledger WHERE team_id = $1", team);
}
