using System.Net;

namespace OrleansBatch.Drill.Hosts;

// Hosts on this machine, joined by a switch that leads to the machine itself as well. The switch is in a namespace of its own.
// The machine's own firewall therefore sees none of the packets between hosts.
internal sealed class HostNetwork : IAsyncDisposable
{
    private readonly NetworkSlot _slot;
    private int _addresses;

    private HostNetwork(NetworkSlot slot, int hosts)
    {
        _slot = slot;
        Hosts = [.. Enumerable.Range(0, hosts).Select(_ => new NetworkHost(slot, NextAddress))];
    }

    public IReadOnlyList<NetworkHost> Hosts { get; }

    // The address at which hosts reach programs of the machine itself.
    public IPAddress Outside => _slot.Outside;

    public static async Task<HostNetwork> MakeAsync(int hosts, CancellationToken ct)
    {
        NetworkCommands.RequireThem();
        await NetworkRemoval.LeftoversAsync(ct);
        var network = new HostNetwork(NetworkSlot.TakeFree(), hosts);
        try
        {
            await network.BuildAsync(ct);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    // For a program that ends at this moment.
    public void Remove() => NetworkRemoval.Run(_slot.Number, Names());

    // Does to the machine what a kill of this program does: the right is gone, and the hosts are left.
    public void Abandon() => _slot.Dispose();

    public async ValueTask DisposeAsync()
    {
        await NetworkRemoval.RunAsync(_slot.Number, Names());
        _slot.Dispose();
    }

    private async Task BuildAsync(CancellationToken ct)
    {
        await NetworkCommands.IpAsync($"netns add {_slot.Switch}", ct);
        await NetworkCommands.IpAsync($"-n {_slot.Switch} link add bridge type bridge", ct);
        await NetworkCommands.IpAsync($"-n {_slot.Switch} link set bridge up", ct);
        await NetworkCommands.IpAsync($"link add {_slot.OutsideInterface} type veth peer name outside netns {_slot.Switch}", ct);
        await NetworkCommands.IpAsync($"-n {_slot.Switch} link set outside master bridge up", ct);
        await NetworkCommands.IpAsync($"addr add {Outside}/24 dev {_slot.OutsideInterface}", ct);
        await NetworkCommands.IpAsync($"link set {_slot.OutsideInterface} up", ct);
        foreach (var host in Hosts)
        {
            await host.BuildAsync(ct);
        }
    }

    private IEnumerable<string> Names() => Hosts.Select(h => h.Name).Append(_slot.Switch);

    private int NextAddress() => Interlocked.Increment(ref _addresses);
}
