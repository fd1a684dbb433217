using System.Diagnostics;
using OrleansBatch.Drill.Hosts;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Hosts;

// The hosts that the drill and these tests make on this machine.
[Trait("Length", "Long")]
public sealed class HostNetworkTests : IAsyncLifetime
{
    // A host that is reached refuses the connection to a port without a listener. One that is cut off says nothing.
    private const int Refused = 1;
    private const int TimedOut = 124;

    private HostNetwork? _network;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private HostNetwork Network => _network!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _network = await HostNetwork.MakeAsync(2, Ct);
        }
        catch (HostsUnavailableException e)
        {
            Assert.Skip(e.Message);
        }
    }

    public ValueTask DisposeAsync() => _network?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_cut_host_is_reached_by_nobody_until_it_is_healed()
    {
        var (first, second) = (Network.Hosts[0], Network.Hosts[1]);
        Assert.Equal((Refused, Refused), (await TryAsync(first, second), await TryAsync(second, first)));

        await first.CutFromHostsAsync();
        Assert.Equal((TimedOut, TimedOut), (await TryAsync(first, second), await TryAsync(second, first)));
        Assert.Equal(Refused, await TryAsync(first, $"{Network.Outside}"));

        await first.HealAsync();
        Assert.Equal((Refused, Refused), (await TryAsync(first, second), await TryAsync(second, first)));
    }

    [Fact]
    public async Task A_host_is_cut_from_the_database_alone_and_then_from_everything()
    {
        var (first, second) = (Network.Hosts[0], Network.Hosts[1]);

        await first.CutFromDatabaseAsync();
        Assert.Equal((TimedOut, Refused), (await TryAsync(first, $"{Network.Outside}"), await TryAsync(first, second)));

        await first.HealAsync();
        await first.UnplugAsync();
        Assert.NotEqual(Refused, await TryAsync(second, first));
        await first.PlugInAsync();
        await Eventually.EqualsAsync(Refused, () => TryAsync(second, first), TimeSpan.FromSeconds(30), "the link is up again");
    }

    [Fact]
    public async Task A_host_that_lost_its_power_comes_back_at_its_old_address_or_at_another()
    {
        var (first, second, old) = (Network.Hosts[0], Network.Hosts[1], $"{Network.Hosts[0].Address}");

        await first.PowerOffAsync();
        await first.PowerOnAsync(moved: false);
        Assert.Equal(old, $"{first.Address}");
        Assert.Equal(Refused, await TryAsync(second, first));

        await first.PowerOffAsync();
        await first.PowerOnAsync(moved: true);
        Assert.NotEqual(old, $"{first.Address}");
        Assert.Equal(Refused, await TryAsync(second, first));
        Assert.NotEqual(Refused, await TryAsync(second, old));
    }

    [Fact]
    public async Task What_a_killed_run_has_left_is_removed_by_the_next()
    {
        // No other network here has a fifth host.
        var killed = await HostNetwork.MakeAsync(5, Ct);
        using var left = Start(killed.Hosts[0], "sleep 600");
        killed.Abandon();

        await using var next = await HostNetwork.MakeAsync(1, Ct);

        await left.WaitForExitAsync(Ct);
        Assert.DoesNotContain(killed.Hosts[4].Name, await NetworkCommands.NamespacesAsync(Ct));
        Assert.Contains(Network.Hosts[0].Name, await NetworkCommands.NamespacesAsync(Ct));
    }

    [Fact]
    public async Task Networks_that_are_there_at_once_have_names_and_addresses_of_their_own()
    {
        await using var other = await HostNetwork.MakeAsync(2, Ct);

        Assert.Empty(Network.Hosts.Select(h => h.Name).Intersect(other.Hosts.Select(h => h.Name)));
        Assert.Empty(Network.Hosts.Select(h => h.Address).Intersect(other.Hosts.Select(h => h.Address)));
    }

    private static Task<int> TryAsync(NetworkHost from, NetworkHost to) => TryAsync(from, $"{to.Address}");

    private static async Task<int> TryAsync(NetworkHost from, string address)
    {
        using var process = Start(from, $"timeout 2 bash -c '</dev/tcp/{address}/9' 2>/dev/null");
        await process.WaitForExitAsync(Ct);
        return process.ExitCode;
    }

    private static Process Start(NetworkHost on, string command) =>
        Process.Start(new ProcessStartInfo(on.Enter[0], [.. on.Enter.Skip(1), "sh", "-c", command]))!;
}
