using OrleansBatch.Drill.Hosts;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Hosts;

// Processes are dear, so each scenario runs once for all tests that read its record. The scenarios run side by side.
public sealed class HostScenarios(PostgresFixture postgres) : IAsyncLifetime
{
    private string? _whyNot;
    private Task<PassingFaults>? _passing;
    private Task<SplitCluster>? _split;
    private Task<KilledHosts>? _killed;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await (await HostNetwork.MakeAsync(1, TestContext.Current.CancellationToken)).DisposeAsync();
        }
        catch (HostsUnavailableException e)
        {
            _whyNot = e.Message;
            return;
        }

        (_passing, _split, _killed) = (PassingFaults.RunAsync(), SplitCluster.RunAsync(postgres), KilledHosts.RunAsync(postgres));

        // A scenario that fails is thrown at the tests that read its record.
        await Task.WhenAll(_passing, _split, _killed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Task<PassingFaults> PassingAsync() => OrSkipAsync(_passing);

    internal Task<SplitCluster> SplitAsync() => OrSkipAsync(_split);

    internal Task<KilledHosts> KilledAsync() => OrSkipAsync(_killed);

    private Task<T> OrSkipAsync<T>(Task<T>? scenario)
    {
        Assert.SkipWhen(scenario is null, _whyNot ?? "");
        return scenario!;
    }
}
