using OrleansBatch.Drill.Silos;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Hosts;

// Three silos. Two are killed: one comes back at its old address, one at another. Then all lose their power, and come back.
internal sealed class KilledHosts
{
    private const string Long = "\"first_sleep_ms\": 600000";

    private readonly HostedCluster _cluster;

    private KilledHosts(HostedCluster cluster) => _cluster = cluster;

    public Stays WorkedAgain { get; private set; } = Stays.None;

    public string AtOldAddress { get; private set; } = "";

    public string AtOtherAddress { get; private set; } = "";

    // The addresses of the killed silos, and what the membership table called active while the first silo worked alone.
    public List<string> Killed { get; private set; } = [];

    public List<string> CalledActive { get; private set; } = [];

    // Where the batches were that all were killed in the middle of, and at which silo at last.
    public Stays TakenOver { get; private set; } = Stays.None;

    public string TakenOverBy { get; private set; } = "";

    public Stays WorkedAtOtherAddresses { get; private set; } = Stays.None;

    public List<string> EndedByThemselves { get; private set; } = [];

    public List<string> Disturbed { get; private set; } = [];

    public static async Task<KilledHosts> RunAsync(PostgresFixture postgres)
    {
        await using var database = new QueueDatabase(postgres);
        await database.InitializeAsync();
        await using var cluster = await HostedCluster.StartAsync(database, silos: 3);
        var killed = new KilledHosts(cluster);
        await killed.KillTwoAsync();
        await killed.LoseAllAsync();
        killed.EndedByThemselves = [.. cluster.Keeper.Unprovoked];
        killed.Disturbed = await cluster.DisturbedBatchesAsync();
        return killed;
    }

    private async Task KillTwoAsync()
    {
        var (second, third) = (_cluster.Silos[1], _cluster.Silos[2]);
        await Task.WhenAll(second.Process.KillAsync(), third.Process.KillAsync());
        await ReplaceHostAsync(third);
        await Task.WhenAll(_cluster.StartAsync(second), _cluster.StartAsync(third));
        WorkedAgain = await _cluster.WorkAsync(_cluster.Silos);
        (AtOldAddress, AtOtherAddress) = (second.Name, third.Name);
    }

    private static async Task ReplaceHostAsync(DrillSilo silo)
    {
        await silo.Host.PowerOffAsync();
        await silo.Host.PowerOnAsync(moved: true);
    }

    // All hosts lose their power. The first comes back alone, at another address: nobody is there who could declare the others dead.
    // The database has heard nothing, and keeps the sessions of the lost hosts.
    private async Task LoseAllAsync()
    {
        var team = await _cluster.SpreadAsync(Long, _cluster.Silos);
        Killed = [.. _cluster.Silos.Select(s => $"{s.Host.Address}")];
        await Task.WhenAll(_cluster.Silos.Select(s => s.Host.UnplugAsync()));
        await Task.WhenAll(_cluster.Silos.Select(s => s.Process.KillAsync()));
        await Task.WhenAll(_cluster.Silos.Select(ReplaceHostAsync));

        await _cluster.StartAsync(_cluster.Silos[0]);
        CalledActive = await _cluster.ActiveAsync();
        await _cluster.SucceededAsync(team);
        (TakenOver, TakenOverBy) = (await _cluster.StaysAsync(team), _cluster.Silos[0].Name);
        await Task.WhenAll(_cluster.Silos.Skip(1).Select(_cluster.StartAsync));
        WorkedAtOtherAddresses = await _cluster.WorkAsync(_cluster.Silos);
    }
}
