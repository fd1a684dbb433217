using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace OrleansBatch.Drill.Hosts;

// The right to a range of addresses and to the names that belong to it. The kernel takes the right back when its holder dies.
// The right is a socket's name, which is valid as far as names of network interfaces are, and of which no file is left behind.
// https://man7.org/linux/man-pages/man7/unix.7.html (abstract)
internal sealed class NetworkSlot : IDisposable
{
    private const string Prefix = "orleansbatch";
    private const int Slots = 256;
    private const int LastHost = 253;
    private const int OutsideHost = 254;

    private readonly Socket _right;

    private NetworkSlot(int number, Socket right) => (Number, _right) = (number, right);

    public int Number { get; }

    public string Switch => Name("switch");

    public string OutsideInterface => OutsideInterfaceOf(Number);

    public IPAddress Outside => Address(OutsideHost);

    public string AllHosts => $"{Address(1)}-{Address(LastHost)}";

    public static NetworkSlot? TryTake(int number)
    {
        var right = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            right.Bind(new UnixDomainSocketEndPoint(string.Create(CultureInfo.InvariantCulture, $"\0orleansbatch-hosts-{number}")));
            return new NetworkSlot(number, right);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            right.Dispose();
            return null;
        }
    }

    public static NetworkSlot TakeFree()
    {
        var taken = TakenRanges();
        for (var number = 0; number < Slots; number++)
        {
            if (TryTake(number) is { } slot)
            {
                if (!taken.Contains(slot.Address(0)))
                {
                    return slot;
                }

                slot.Dispose();
            }
        }

        throw new HostsUnavailableException("All 256 ranges of addresses for hosts are in use: let other drills and tests end.");
    }

    // The number of the slot that the name of a namespace belongs to.
    public static int? NumberOf(string name) =>
        name.Split('-') is [Prefix, var number, _] && int.TryParse(number, CultureInfo.InvariantCulture, out var found) ? found : null;

    // The name of a network interface has at most 15 characters.
    public static string OutsideInterfaceOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");

    public string Host(int number) => Name(number.ToString(CultureInfo.InvariantCulture));

    // The range is for trials of networks, and no network has it. https://www.rfc-editor.org/rfc/rfc2544#appendix-C.2.2
    public IPAddress Address(int host) => new([198, 19, (byte)Number, (byte)host]);

    public void Dispose() => _right.Dispose();

    private string Name(string part) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Number}-{part}");

    // The addresses of this machine, each with a zero for its host.
    private static HashSet<IPAddress> TakenRanges() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Where(u => u.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(u => new IPAddress([.. u.Address.GetAddressBytes().Take(3), 0])),
    ];
}
