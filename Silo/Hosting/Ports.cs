using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Checks addresses and ports before Orleans would fail on one in the middle of its start.</summary>
internal static class Ports
{
    /// <summary>Ensures that the port can be listened on at the address.</summary>
    /// <param name="address">An address of this host, or all of them.</param>
    /// <param name="port">The port.</param>
    /// <param name="option">The option that names another port.</param>
    /// <exception cref="StartupException">Another program has the port, or the address is none of this host's.</exception>
    public static void RequireFree(IPAddress address, int port, string option)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new StartupException(
                $"{address} is not an address of this host: name one that it has.", ExitCodes.BadInput, e);
        }
        catch (SocketException e)
        {
            throw new StartupException(
                $"Port {port} is taken by another program, at {address}: stop it, or choose another port with {option}.",
                ExitCodes.Environment, e);
        }
    }
}
