using System.Globalization;
using System.Net;

namespace OrleansBatch.Drill.Hosts;

// A host with an address of its own: a network namespace that a cable joins to the switch.
internal sealed class NetworkHost
{
    public const string Interface = "eth0";

    // What a bad radio link does to packets.
    private const int LostPercent = 5;
    private const string Delayed = "netem delay 40ms 20ms loss 5%";
    private const string Narrow = "tbf rate 2mbit burst 16kb latency 400ms";

    private readonly NetworkSlot _slot;
    private readonly Func<int> _nextAddress;
    private readonly string _cable;
    private NetworkRules _rules = new();

    public NetworkHost(NetworkSlot slot, Func<int> nextAddress)
    {
        (_slot, _nextAddress) = (slot, nextAddress);
        var number = nextAddress();
        (Name, Address) = (slot.Host(number), slot.Address(number));
        _cable = string.Create(CultureInfo.InvariantCulture, $"host{number}");
    }

    public string Name { get; }

    public IPAddress Address { get; private set; }

    // The address of the machine itself, where the database is.
    public IPAddress Database => _slot.Outside;

    // The words that come before a command which is to run on the host.
    public IReadOnlyList<string> Enter => [NetworkCommands.Ip, "netns", "exec", Name];

    public async Task BuildAsync(CancellationToken ct)
    {
        await NetworkCommands.IpAsync($"netns add {Name}", ct);
        await NetworkCommands.IpAsync($"-n {Name} link set lo up", ct);
        await NetworkCommands.IpAsync($"-n {_slot.Switch} link add {_cable} type veth peer name {Interface} netns {Name}", ct);
        await NetworkCommands.IpAsync($"-n {_slot.Switch} link set {_cable} master bridge up", ct);
        await NetworkCommands.IpAsync($"-n {Name} addr add {Address}/24 dev {Interface}", ct);
        await NetworkCommands.IpAsync($"-n {Name} link set {Interface} up", ct);
        await SetRulesAsync(_rules, ct);
    }

    // The cable is pulled at the switch: the host keeps its address and its routes, and hears of nothing.
    public Task UnplugAsync() => NetworkCommands.IpAsync($"-n {_slot.Switch} link set {_cable} down", CancellationToken.None);

    public Task PlugInAsync() => NetworkCommands.IpAsync($"-n {_slot.Switch} link set {_cable} up", CancellationToken.None);

    // Nothing is left of the host, nor of the connections that its kernel would still end in order after a kill of their process.
    public async Task PowerOffAsync()
    {
        await NetworkCommands.IpAsync($"-n {_slot.Switch} link del {_cable}", CancellationToken.None);
        await NetworkCommands.IpAsync($"netns del {Name}", CancellationToken.None);
    }

    // The host comes back at its old address, or at one that no host has had.
    public Task PowerOnAsync(bool moved)
    {
        Address = moved ? _slot.Address(_nextAddress()) : Address;
        _rules = new NetworkRules();
        return BuildAsync(CancellationToken.None);
    }

    public Task CutFromHostsAsync(Way way = Way.Both) => DropAsync(way, _slot.AllHosts);

    public Task CutFromDatabaseAsync(Way way = Way.Both) => DropAsync(way, $"{Database}");

    // Makes the link slow and lossy, and returns by which means; null where the kernel has none.
    public async Task<string?> DegradeAsync()
    {
        if (await QueueAsync(Delayed))
        {
            return Delayed;
        }

        if (!await QueueAsync(Narrow))
        {
            await UnqueueAsync();
            return null;
        }

        await SetRulesAsync(_rules with { LostPercent = LostPercent }, CancellationToken.None);
        return $"{Narrow}, {LostPercent} % of packets lost";
    }

    // A second address, which another host may have as well: nobody else hears of it.
    public Task AddAddressAsync(IPAddress address) =>
        NetworkCommands.IpAsync($"-n {Name} addr add {address}/32 dev lo", CancellationToken.None);

    public async Task HealAsync()
    {
        await SetRulesAsync(new NetworkRules(), CancellationToken.None);
        await UnqueueAsync();
        await PlugInAsync();
    }

    private Task DropAsync(Way way, string addresses) => SetRulesAsync(_rules.Dropping(way, addresses), CancellationToken.None);

    private async Task SetRulesAsync(NetworkRules rules, CancellationToken ct)
    {
        await NetworkCommands.RulesAsync(Name, rules.Script(), ct);
        _rules = rules;
    }

    private async Task<bool> QueueAsync(string discipline) =>
        await NetworkCommands.TryTrafficControlAsync($"-n {Name} qdisc replace dev {Interface} root {discipline}")
        && await NetworkCommands.TryTrafficControlAsync($"-n {_slot.Switch} qdisc replace dev {_cable} root {discipline}");

    private async Task UnqueueAsync()
    {
        await NetworkCommands.TryTrafficControlAsync($"-n {Name} qdisc del dev {Interface} root");
        await NetworkCommands.TryTrafficControlAsync($"-n {_slot.Switch} qdisc del dev {_cable} root");
    }
}
