namespace OrleansBatch.Drill.Hosts;

// What the packets of a host meet. The rules are set as a whole, so that no packet meets a half of them.
// https://wiki.nftables.org/wiki-nftables/index.php/Atomic_rule_replacement
internal sealed record NetworkRules
{
    private const string Table = "inet orleansbatch";

    // Addresses, or ranges of them, from which nothing arrives.
    public IReadOnlyList<string> Unheard { get; init; } = [];

    // Addresses, or ranges of them, to which nothing leaves.
    public IReadOnlyList<string> Unreached { get; init; } = [];

    // The share of packets that get lost in each direction.
    public int LostPercent { get; init; }

    public NetworkRules Dropping(Way way, string addresses) => this with
    {
        Unheard = way == Way.Outgoing ? Unheard : [.. Unheard, addresses],
        Unreached = way == Way.Incoming ? Unreached : [.. Unreached, addresses],
    };

    // The table is made before it is deleted, because the deletion of a table that is not there would fail.
    public string Script() => string.Join('\n',
    [
        $"table {Table}", $"delete table {Table}", $"table {Table} {{",
        .. Chain("input", Unheard.Select(a => $"ip saddr {a} drop"), "iifname"),
        .. Chain("output", Unreached.Select(a => $"ip daddr {a} drop"), "oifname"),
        "}",
    ]);

    private IEnumerable<string> Chain(string hook, IEnumerable<string> drops, string device) =>
    [
        $"chain {hook} {{", $"type filter hook {hook} priority 0; policy accept;", .. drops,
        .. LostPercent > 0 ? [$"{device} \"{NetworkHost.Interface}\" numgen random mod 100 < {LostPercent} drop"] : Array.Empty<string>(),
        "}",
    ];
}
