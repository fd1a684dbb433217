using OrleansBatch.Silo;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Hosts;

// Three silos, of which the first is cut from the others and not from the database, until it dies of that and has come back.
// Meanwhile a fourth host is told to use the address of silo 2.
internal sealed class SplitCluster
{
    public string TwinLog { get; private set; } = "";

    public int TwinExitCode { get; private set; }

    public string Doctor { get; private set; } = "";

    public required string SplitSilo { get; init; }

    // Where batches were that were enqueued after the cut and before the death.
    public Stays Meanwhile { get; private set; } = Stays.None;

    public int DeathExitCode { get; private set; }

    public string DeathLog { get; private set; } = "";

    // What the silo said that was started again before the cut was healed.
    public string WaitLog { get; private set; } = "";

    public Stays WorkedAfterHealing { get; private set; } = Stays.None;

    public List<string> UnreachedAfterHealing { get; private set; } = [];

    // Silos that ended beside the one that was cut off.
    public List<string> OthersEnded { get; private set; } = [];

    public List<string> Disturbed { get; private set; } = [];

    public static async Task<SplitCluster> RunAsync(PostgresFixture postgres)
    {
        await using var database = new QueueDatabase(postgres);
        await database.InitializeAsync();
        await using var cluster = await HostedCluster.StartAsync(database, silos: 3, spare: 1);
        var split = new SplitCluster { SplitSilo = cluster.Silos[0].Name };
        var twin = split.StartTwinAsync(cluster);
        await split.CutAsync(cluster, database);
        await twin;
        split.Disturbed = await cluster.DisturbedBatchesAsync();
        return split;
    }

    private async Task StartTwinAsync(HostedCluster cluster)
    {
        var (host, address) = (cluster.Network.Hosts[3], cluster.Silos[1].Host.Address);
        await host.AddAddressAsync(address);
        await using var twin = cluster.Serve("twin", host, cluster.Silos[1], "--address", $"{address}");
        await twin.Ended.WaitAsync(TestContext.Current.CancellationToken);
        await twin.ReadToEndAsync();
        (TwinExitCode, TwinLog) = (twin.ExitCode, cluster.LogOf(twin));
    }

    private async Task CutAsync(HostedCluster cluster, QueueDatabase database)
    {
        var (silo, process, others) = (cluster.Silos[0], cluster.Silos[0].Process, cluster.Silos.Skip(1).Select(s => s.Process).ToList());
        await silo.Host.CutFromHostsAsync();
        Meanwhile = await cluster.WorkAsync(cluster.Silos);
        await Eventually.UntilAsync(
            async () => (await cluster.UnreachedAsync()).Any(f => f.StartsWith(process.Name, StringComparison.Ordinal)),
            HostedCluster.Soon, "it is on record that the silo reaches no other");
        using (var cli = new OperatorCli(database))
        {
            Doctor = await cli.RunAsync(ExitCodes.Failed, "doctor");
        }

        // The work goes on until the silo has ended, so that its death finds it in the middle of batches.
        while (!process.Ended.IsCompleted)
        {
            await cluster.WorkAsync(cluster.Silos.Skip(1));
        }

        await process.ReadToEndAsync();
        (DeathExitCode, DeathLog) = (process.ExitCode, cluster.LogOf(process));
        await Eventually.UntilAsync(
            () => Task.FromResult(silo.Process != process && silo.Process.LastLine.Contains("does not reach", StringComparison.Ordinal)),
            HostedCluster.Soon, "the silo that was started again says whom it does not reach");
        var again = silo.Process;
        await silo.Host.HealAsync();
        await silo.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        WaitLog = cluster.LogOf(again);
        WorkedAfterHealing = await cluster.WorkAsync(cluster.Silos);
        await Eventually.EqualsAsync(
            0, async () => (UnreachedAfterHealing = await cluster.UnreachedAsync()).Count, HostedCluster.Soon, "all reach each other");
        OthersEnded = [.. others.Where(o => o.Ended.IsCompleted).Select(o => $"{o.Name}: {o.LastLine}")];
    }
}
