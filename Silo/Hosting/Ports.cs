using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Checks ports on the loopback, before Orleans would fail on one in the middle of its start.</summary>
internal static class Ports
{
    /// <summary>Ensures that the port can be listened on.</summary>
    /// <exception cref="StartupException">Another program has the port.</exception>
    public static void RequireFree(int port, string option)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new StartupException(
                $"Port {port} is taken by another program: stop it, or choose another port with {option}.", ExitCodes.Environment, e);
        }
    }
}
