using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Npgsql;

namespace OrleansBatch.Silo.Hosting.Network;

/// <summary>Chooses the address that a silo listens on and that others reach it at.</summary>
internal static class AdvertisedAddress
{
    private const int DefaultPort = 5432;

    /// <summary>Returns the named address, or the one that this host has towards the database.</summary>
    /// <param name="named">An IP address or a name of this host; null for the default.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="cancellationToken">Cancels the look-up of names.</param>
    /// <exception cref="StartupException">The named address is none of this host's.</exception>
    public static Task<IPAddress> ChooseAsync(string? named, string connectionString, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(named)
            ? TowardsAsync(new NpgsqlConnectionStringBuilder(connectionString), cancellationToken)
            : RequireOwnAsync(named, cancellationToken);

    private static async Task<IPAddress> RequireOwnAsync(string named, CancellationToken cancellationToken)
    {
        var own = OwnAddresses();
        return (await ResolveAsync(named, cancellationToken)).FirstOrDefault(a => own.Contains(a) || IPAddress.IsLoopback(a))
            ?? throw new StartupException(
                $"{named} is not an address of this host: name one of {string.Join(", ", own)} with --address.", ExitCodes.BadInput);
    }

    // The kernel chooses the address by its routes. Nothing is sent.
    private static async Task<IPAddress> TowardsAsync(NpgsqlConnectionStringBuilder database, CancellationToken cancellationToken)
    {
        foreach (var host in (database.Host ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var address in await ResolveAsync(HostOnly(host), cancellationToken))
            {
                try
                {
                    using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                    socket.Connect(new IPEndPoint(address, database.Port > 0 ? database.Port : DefaultPort));
                    return ((IPEndPoint)socket.LocalEndPoint!).Address;
                }
                catch (SocketException)
                {
                    // There is no route to this address; another one may have one.
                }
            }
        }

        return IPAddress.Loopback;
    }

    private static async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            return [address];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(name, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }

    // A host of a connection string may bring its port along.
    private static string HostOnly(string host) =>
        host.LastIndexOf(':') is var colon and > 0 && host.IndexOf(':') == colon ? host[..colon]
        : host.StartsWith('[') ? host[1..host.IndexOf(']')]
        : host;

    private static IPAddress[] OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus != OperationalStatus.Down)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(u => u.Address)
            .Where(a => !a.IsIPv6LinkLocal)
            .Distinct(),
    ];
}
