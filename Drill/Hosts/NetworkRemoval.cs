using System.Diagnostics;
using OrleansBatch.Embedded;

namespace OrleansBatch.Drill.Hosts;

// Removes hosts with everything in them, also what a killed run has left behind.
internal static class NetworkRemoval
{
    // A process keeps a namespace alive, so processes go first. With a namespace its interfaces go, some time later.
    // The interface of this machine goes at once, so that its range is free.
    private const string Script =
        """
        ip link del "$1" 2>/dev/null
        shift
        for name in "$@"; do
          for process in $(ip netns pids "$name" 2>/dev/null); do kill -9 "$process" 2>/dev/null; done
          ip netns del "$name" 2>/dev/null
        done
        """;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    public static async Task LeftoversAsync(CancellationToken ct)
    {
        var found = await NetworkCommands.NamespacesAsync(ct);
        foreach (var names in found.GroupBy(NetworkSlot.NumberOf))
        {
            if (names.Key is { } number)
            {
                // The slot of a run that goes on is taken.
                using var slot = NetworkSlot.TryTake(number);
                if (slot is not null)
                {
                    await ChildProcess.RunAsync(Command(number, names), _limit, ct);
                }
            }
        }
    }

    public static Task RunAsync(int slot, IEnumerable<string> names) =>
        ChildProcess.RunAsync(Command(slot, names), _limit, CancellationToken.None);

    // For a program that ends at this moment.
    public static void Run(int slot, IEnumerable<string> names)
    {
        var command = Command(slot, names);
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)));
        process?.WaitForExit(_limit);
    }

    private static string[] Command(int slot, IEnumerable<string> names) =>
    [
        "sh", "-c", $"PATH=\"$PATH:{Path.GetDirectoryName(NetworkCommands.Ip)}\"\n{Script}", "sh", NetworkSlot.OutsideInterfaceOf(slot),
        .. names,
    ];
}
