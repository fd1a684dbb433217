using OrleansBatch.Embedded;

namespace OrleansBatch.Drill.Hosts;

// Runs the programs that make networks. Their own words go into the exception's sentence.
internal static class NetworkCommands
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);
    private static readonly string[] _programs = ["ip", "nft"];
    private static readonly string[] _folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin"];

    public static string Ip { get; } = Find("ip") ?? "ip";

    public static void RequireThem()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new HostsUnavailableException("Hosts of their own are network namespaces of Linux, and this is another system.");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new HostsUnavailableException("Hosts of their own are network namespaces, which root alone may make: run it as root.");
        }

        if (_programs.FirstOrDefault(p => Find(p) is null) is { } missing)
        {
            throw new HostsUnavailableException(
                $"Hosts of their own need the program {missing}, which is not here: install the packages iproute2 and nftables.");
        }
    }

    // The words of a command have no spaces in them.
    public static Task IpAsync(string words, CancellationToken ct) => RunAsync([Ip, .. words.Split(' ')], ct);

    public static Task RulesAsync(string host, string rules, CancellationToken ct) =>
        RunAsync([Ip, "netns", "exec", host, Find("nft") ?? "nft", rules], ct);

    public static async Task<bool> TryTrafficControlAsync(string words) =>
        (await ChildProcess.RunAsync([Find("tc") ?? "tc", .. words.Split(' ')], _limit, CancellationToken.None)).ExitCode == 0;

    public static async Task<IReadOnlyList<string>> NamespacesAsync(CancellationToken ct)
    {
        var list = await ChildProcess.RunAsync([Ip, "netns", "list"], _limit, ct);
        return [.. list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];
    }

    private static async Task RunAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        var ended = await ChildProcess.RunAsync(command, _limit, ct);
        if (ended.ExitCode != 0)
        {
            throw new HostsUnavailableException(
                $"A host of its own could not be made here: {string.Join(' ', command.Skip(1).Take(8))} failed with \"{ended.LastLine}\".");
        }
    }

    private static string? Find(string program) =>
        _folders.Where(f => f.Length > 0).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
}
