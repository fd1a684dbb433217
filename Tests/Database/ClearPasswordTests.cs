using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using OrleansBatch.Embedded;

namespace OrleansBatch.Tests.Database;

// A server at a port that was the private Postgres's asks for the password in clear text, and gets none.
public sealed class ClearPasswordTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_asks_for_a_clear_password_gets_none()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = ListenAsync(listener);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var connection = new NpgsqlConnection(ClusterConnection.ConnectionString(port, "secret"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.OpenAsync(Ct));

        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString(await heard), StringComparison.Ordinal);
    }

    // AuthenticationCleartextPassword of the protocol, version 3: the letter R, the length, and the number 3.
    private static async Task<byte[]> ListenAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Ct);
        var stream = client.GetStream();
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, Ct);
        await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4], Ct);
        await stream.WriteAsync(new byte[] { (byte)'R', 0, 0, 0, 8, 0, 0, 0, 3 }, Ct);
        using var heard = new MemoryStream();
        await stream.CopyToAsync(heard, Ct);
        return heard.ToArray();
    }
}
