using OrleansBatch.Drill.Hosts;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Hosts;

// Three silos, and faults that pass: no silo has to die of one. The server is the scenario's own, because the last fault is its restart.
internal sealed class PassingFaults
{
    // Long enough that a silo is in the middle of the batch when its host gets lost.
    private const string Long = "\"first_sleep_ms\": 8000";

    private const int Rounds = 5;

    private readonly HostedCluster _cluster;

    private PassingFaults(HostedCluster cluster) => _cluster = cluster;

    // What the members' rows said when all silos served, and which silos worked then.
    public required List<string> Met { get; init; }

    public required List<string> Addresses { get; init; }

    // What doctor said while nothing got from silo 1 to the others.
    public List<string> UnreachedOneWay { get; private set; } = [];

    public Stays WorkedOneWay { get; private set; } = Stays.None;

    // The batches that silos 2 and 3 were in the middle of when they got lost.
    public List<IReadOnlyList<Stay>> WithoutDatabase { get; private set; } = [];

    public List<IReadOnlyList<Stay>> Vanished { get; private set; } = [];

    public Stays WorkedAfterLoss { get; private set; } = Stays.None;

    public Stays Lossy { get; private set; } = Stays.None;

    public Stays WorkedAfterRestart { get; private set; } = Stays.None;

    public List<string> DiedAtRestart { get; private set; } = [];

    public List<string> Disturbed { get; private set; } = [];

    public static async Task<PassingFaults> RunAsync()
    {
        await using var server = await OwnPostgres.StartAsync();
        await using var database = await QueueDatabase.OnAsync(server.ConnectionString);
        await using var cluster = await HostedCluster.StartAsync(database, silos: 3);
        var passing = new PassingFaults(cluster)
        {
            Met = await cluster.ActiveAsync(),
            Addresses = [.. cluster.Network.Hosts.Select(h => $"{h.Address}")],
        };
        await passing.OneWayAsync();
        await passing.LoseAsync();
        await passing.DegradeAsync();
        await passing.RestartAsync(server);
        passing.Disturbed = await cluster.DisturbedBatchesAsync();
        return passing;
    }

    private async Task OneWayAsync()
    {
        var first = _cluster.Silos[0];
        await first.Host.CutFromHostsAsync(Way.Outgoing);
        await Eventually.EqualsAsync(
            4, async () => (UnreachedOneWay = await _cluster.UnreachedAsync()).Count, HostedCluster.Soon,
            "silo 1 and the others do not reach each other");
        WorkedOneWay = await _cluster.WorkAsync(_cluster.Silos);
        await first.Host.HealAsync();
        await Eventually.EqualsAsync(0, async () => (await _cluster.UnreachedAsync()).Count, HostedCluster.Soon, "all are reached again");
    }

    // Silo 2 is cut from the database only, and the host of silo 3 vanishes.
    private async Task LoseAsync()
    {
        var (second, third) = (_cluster.Silos[1], _cluster.Silos[2]);
        var (team, fresh) = (0L, Stays.None);
        while (fresh.FirstAt(second.Name).Count == 0 || fresh.FirstAt(third.Name).Count == 0)
        {
            team = await _cluster.SpreadAsync(Long, second, third);
            fresh = await _cluster.StaysAsync(team, "finished_at IS NULL AND started_at > clock_timestamp() - interval '4 seconds'");
        }

        await Task.WhenAll(second.Host.CutFromDatabaseAsync(), third.Host.UnplugAsync());
        await _cluster.SucceededAsync(team);
        var stays = (await _cluster.StaysAsync(team)).In(fresh);
        (WithoutDatabase, Vanished) = (stays.FirstAt(second.Name), stays.FirstAt(third.Name));
        await Task.WhenAll(second.Host.HealAsync(), third.Host.HealAsync());
        WorkedAfterLoss = await _cluster.WorkAsync(_cluster.Silos);
    }

    private async Task DegradeAsync()
    {
        var first = _cluster.Silos[0];
        if (await first.Host.DegradeAsync() is null)
        {
            first.Proxy.Delay(TimeSpan.FromMilliseconds(100));
        }

        // The other silos are quicker, and may leave nothing for this one.
        for (var round = 0; round < Rounds && Lossy.All.All(s => s.Silo != first.Name); round++)
        {
            Lossy = await _cluster.WorkAsync(first);
        }

        first.Proxy.Heal();
        await first.Host.HealAsync();
    }

    private async Task RestartAsync(OwnPostgres server)
    {
        var before = _cluster.Silos.Select(s => s.Process).ToList();
        await server.RestartAsync();
        _cluster.Database.Source.Clear();
        WorkedAfterRestart = await _cluster.WorkAsync(_cluster.Silos);
        DiedAtRestart = [.. before.Except(_cluster.Silos.Select(s => s.Process)).Select(p => $"{p.Name}: {p.LastLine}")];
    }
}
