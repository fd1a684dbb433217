using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Embedded;

// Finds a port of the loopback that nobody listens on.
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
