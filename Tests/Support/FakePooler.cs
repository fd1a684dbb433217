using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Tests.Support;

// A pooler in transaction mode. Each client logs in to a session of its own, but then every transaction goes over a free one.
// The free session is the one used last, or the next in turn. In session mode each client keeps the session that it logged in to.
// https://www.postgresql.org/docs/current/protocol-flow.html
public sealed class FakePooler : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(0);
    private readonly LinkedList<TcpClient> _sessions = new();
    private readonly Npgsql.NpgsqlConnectionStringBuilder _settings;
    private readonly (bool KeepsSessions, bool InTurn) _mode;

    public FakePooler(string connectionString, bool keepsSessions = false, bool inTurn = false)
    {
        _mode = (keepsSessions, inTurn);
        _settings = new(connectionString) { SslMode = Npgsql.SslMode.Disable, GssEncryptionMode = Npgsql.GssEncryptionMode.Disable };
        _listener.Start();
        _ = AcceptAsync();
    }

    // The database, through the pooler.
    public string ConnectionString => new Npgsql.NpgsqlConnectionStringBuilder(_settings.ConnectionString)
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        lock (_sessions)
        {
            foreach (var session in _sessions)
            {
                session.Dispose();
            }
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var own = new TcpClient();
            await own.ConnectAsync(_settings.Host!, _settings.Port, _stop.Token);
            await LogInAsync(client.GetStream(), own.GetStream());
            if (!_mode.KeepsSessions)
            {
                GiveBack(own);
            }

            while (true)
            {
                var request = await ReadRequestAsync(client.GetStream());
                var session = _mode.KeepsSessions ? own : await TakeAsync();
                await session.GetStream().WriteAsync(request, _stop.Token);
                while (await PassAnswerAsync(session.GetStream(), client.GetStream()) != 'I')
                {
                    await session.GetStream().WriteAsync(await ReadRequestAsync(client.GetStream()), _stop.Token);
                }

                if (!_mode.KeepsSessions)
                {
                    GiveBack(session);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task<TcpClient> TakeAsync()
    {
        await _free.WaitAsync(_stop.Token);
        lock (_sessions)
        {
            var taken = _sessions.First!.Value;
            _sessions.RemoveFirst();
            return taken;
        }
    }

    private void GiveBack(TcpClient session)
    {
        lock (_sessions)
        {
            _ = _mode.InTurn ? _sessions.AddLast(session) : _sessions.AddFirst(session);
        }

        _free.Release();
    }

    // The password goes from the client to the server unchanged.
    private async Task LogInAsync(NetworkStream client, NetworkStream server)
    {
        await server.WriteAsync(await ReadAsync(client, hasType: false), _stop.Token);
        while (true)
        {
            var message = await ReadAsync(server);
            await client.WriteAsync(message, _stop.Token);
            if (message[0] == 'Z')
            {
                return;
            }

            if (message[0] == 'R' && BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(5)) is not (0 or 12))
            {
                await server.WriteAsync(await ReadAsync(client), _stop.Token);
            }
        }
    }

    // Reads everything up to the message that asks for an answer.
    private async Task<byte[]> ReadRequestAsync(NetworkStream client)
    {
        using var request = new MemoryStream();
        byte[] message;
        do
        {
            message = await ReadAsync(client);
            if (message[0] == 'X')
            {
                throw new IOException("The client has said goodbye.");
            }

            request.Write(message);
        }
        while (message[0] is not ((byte)'S' or (byte)'Q'));

        return request.ToArray();
    }

    // Returns the transaction state of the session afterwards: I for no transaction.
    private async Task<char> PassAnswerAsync(NetworkStream server, NetworkStream client)
    {
        while (true)
        {
            var message = await ReadAsync(server);
            await client.WriteAsync(message, _stop.Token);
            if (message[0] == 'Z')
            {
                return (char)message[5];
            }
        }
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream, bool hasType = true)
    {
        var start = new byte[hasType ? 5 : 4];
        await stream.ReadExactlyAsync(start, _stop.Token);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(start.Length - 4)) - 4];
        await stream.ReadExactlyAsync(rest, _stop.Token);
        return [.. start, .. rest];
    }
}
