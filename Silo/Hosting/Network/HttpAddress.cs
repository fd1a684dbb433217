using System.Net;

namespace OrleansBatch.Silo.Hosting.Network;

/// <summary>The address that health and metrics answer at.</summary>
internal static class HttpAddress
{
    /// <summary>Reads the address; null is the loopback.</summary>
    /// <exception cref="StartupException">The text is no IP address.</exception>
    public static IPAddress Of(string? named) =>
        string.IsNullOrWhiteSpace(named) ? IPAddress.Loopback
        : IPAddress.TryParse(named, out var address) ? address
        : throw new StartupException(
            $"\"{named}\" is no address to answer at: name an IP address of this host with --http-address, or 0.0.0.0 for all.",
            ExitCodes.BadInput);

    /// <summary>Returns the beginning of a link to an endpoint, as a program of this host can follow it.</summary>
    public static string Shown(IPEndPoint endPoint) =>
        endPoint.Address.Equals(IPAddress.Any) ? $"http://127.0.0.1:{endPoint.Port}"
        : endPoint.Address.Equals(IPAddress.IPv6Any) ? $"http://[::1]:{endPoint.Port}"
        : $"http://{endPoint}";
}
