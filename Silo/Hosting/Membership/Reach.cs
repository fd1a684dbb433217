using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>Tries whether a silo's port answers.</summary>
internal static class Reach
{
    // A connection between hosts of one network takes milliseconds, and a lost packet is sent again after a second.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(3);

    /// <summary>Returns whether a connection was made within 3 seconds.</summary>
    public static async Task<bool> TryAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limit);
        try
        {
            await socket.ConnectAsync(endPoint, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
