using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Tests.Support;

// A proxy between a client and the server, until it stalls in the way that the test orders. From then on nothing more passes.
// Neither the end of the client's connection nor a new one gets through: the server sees a client that is alive and silent.
public sealed class StallingProxy : IAsyncDisposable
{
    // Left alone, a system lets each end's buffers grow to megabytes.
    private const int BufferBytes = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _ends = [];
    private readonly string _host;
    private readonly int _port;
    private volatile bool _answersHeld;
    private volatile bool _cutsNext;
    private volatile bool _stalled;

    public StallingProxy(string connectionString)
    {
        var server = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        (_host, _port) = (server.Host!, server.Port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    // The server executes the client's statements, but the answers never come.
    public void HoldAnswers() => (_answersHeld, _stalled) = (true, true);

    // Of the client's next messages, sent at once, the first passes whole and the second with its first bytes only.
    public void CutNextMessages() => _cutsNext = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        lock (_ends)
        {
            _ends.ForEach(end => end.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var server = new TcpClient { ReceiveBufferSize = BufferBytes };
                client.SendBufferSize = BufferBytes;
                lock (_ends)
                {
                    _ends.AddRange([client, server]);
                }

                if (_stalled)
                {
                    continue;
                }

                await server.ConnectAsync(_host, _port, _stop.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                _ = PassAsync(client, server, ToServer);
                _ = PassAsync(server, client, answer => _answersHeld ? 0 : answer.Length);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    // A message is a byte that says its kind, its length, and the rest: https://www.postgresql.org/docs/current/protocol-overview.html
    private int ToServer(ReadOnlySpan<byte> sent)
    {
        if (_cutsNext)
        {
            (_cutsNext, _stalled) = (false, true);
            return 1 + BinaryPrimitives.ReadInt32BigEndian(sent[1..]) + 3;
        }

        return _stalled && !_answersHeld ? 0 : sent.Length;
    }

    private delegate int Passing(ReadOnlySpan<byte> sent);

    private async Task PassAsync(TcpClient from, TcpClient to, Passing howMuch)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, howMuch(buffer.AsSpan(0, count))), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }

        if (!_stalled)
        {
            to.Dispose();
        }
    }
}
