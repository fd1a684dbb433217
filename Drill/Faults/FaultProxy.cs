using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Drill.Faults;

/// <summary>
/// A bad network between a silo and its database, on this machine. The proxy passes bytes on, or cuts, freezes or delays them.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private readonly Func<ITap>? _tap;
    private volatile bool _refusing;
    private volatile TaskCompletionSource? _frozen;
    private long _delayTicks;
    private int _accepted;

    /// <summary>Starts a proxy on a free port of the loopback.</summary>
    /// <param name="host">The host that bytes are passed on to.</param>
    /// <param name="port">The host's port.</param>
    public FaultProxy(string host, int port)
        : this(IPAddress.Loopback, host, port)
    {
    }

    // A tap sees what passes, a connection each, and says what may.
    internal FaultProxy(IPAddress at, string host, int port, Func<ITap>? tap = null)
    {
        (_listener, _host, _port, _tap) = (new TcpListener(at, 0), host, port, tap);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the port the proxy listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Gets how many connections pass through now.</summary>
    public int Connections => _links.Count;

    /// <summary>Gets how many connections were asked for so far, those that were refused included.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Closes every connection, and each new one at once, until <see cref="Heal"/>.</summary>
    public void Cut()
    {
        _refusing = true;
        CloseAll();
    }

    /// <summary>Closes every connection once; new ones pass.</summary>
    public void CloseAll() => Present()();

    // Closes the connections of this moment when it is called: later ones stay.
    internal Action Present()
    {
        var present = _links.Keys.ToList();
        return () => present.ForEach(link => link.Close());
    }

    /// <summary>Closes one connection with a reset.</summary>
    /// <param name="clientPort">The connection's <c>client_port</c> in <c>pg_stat_activity</c>.</param>
    public void Close(int clientPort) => Find(clientPort)?.Close();

    /// <summary>Half-opens one connection until <see cref="Heal"/> or its close.</summary>
    /// <param name="clientPort">The connection's <c>client_port</c> in <c>pg_stat_activity</c>.</param>
    public void Freeze(int clientPort) => Find(clientPort)?.Freeze();

    /// <summary>
    /// Half-opens every connection, also new ones, until <see cref="Heal"/>: connections stay up and nothing comes through.
    /// </summary>
    public void Freeze() =>
        Interlocked.CompareExchange(ref _frozen, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>Holds every piece of data back for a time, in both directions, until <see cref="Heal"/>.</summary>
    /// <param name="by">The time.</param>
    public void Delay(TimeSpan by) => Interlocked.Exchange(ref _delayTicks, by.Ticks);

    /// <summary>Ends the present fault. Frozen data is passed on then.</summary>
    public void Heal()
    {
        _refusing = false;
        Interlocked.Exchange(ref _delayTicks, 0);
        Interlocked.Exchange(ref _frozen, null)?.SetResult();
        foreach (var link in _links.Keys)
        {
            link.Thaw();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Heal();
        CloseAll();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using var link = new Link(client, server, _stop.Token);
        _links[link] = true;
        try
        {
            if (!_refusing)
            {
                // The other side hears of the connection only when the network is back.
                await ThawAsync(link);
                await server.ConnectAsync(_host, _port, _stop.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                link.ClientPort = ((IPEndPoint)server.Client.LocalEndPoint!).Port;
                var tap = _tap?.Invoke();
                await Task.WhenAny(
                    PassAsync(client, server, link, tap is null ? null : tap.SendAsync),
                    PassAsync(server, client, link, tap is null ? null : tap.AnswerAsync));
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
        }
        finally
        {
            _links.TryRemove(link, out _);
        }
    }

    private Link? Find(int clientPort) => _links.Keys.FirstOrDefault(l => l.ClientPort == clientPort);

    private async Task PassAsync(TcpClient from, TcpClient to, Link link, Func<ReadOnlyMemory<byte>, CancellationToken, Task<bool>>? tap)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer, link.Closed)) > 0)
            {
                if (Interlocked.Read(ref _delayTicks) is > 0 and var ticks)
                {
                    await Task.Delay(TimeSpan.FromTicks(ticks), link.Closed);
                }

                await ThawAsync(link);
                if (tap is not null && !await tap(buffer.AsMemory(0, count), link.Closed))
                {
                    link.Close();
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), link.Closed);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
        }

        // A farewell comes no further than data does.
        await ThawAsync(link).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task ThawAsync(Link link) => (_frozen ?? link.Frozen)?.Task.WaitAsync(link.Closed) ?? Task.CompletedTask;

    private sealed class Link : IDisposable
    {
        private readonly TcpClient _client;
        private readonly TcpClient _server;
        private readonly CancellationTokenSource _closed;
        private volatile TaskCompletionSource? _frozen;

        public Link(TcpClient client, TcpClient server, CancellationToken stop)
        {
            (_client, _server) = (client, server);
            _closed = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Closed = _closed.Token;
        }

        public CancellationToken Closed { get; }

        public int ClientPort { get; set; }

        public TaskCompletionSource? Frozen => _frozen;

        public void Freeze() => _frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Thaw() => Interlocked.Exchange(ref _frozen, null)?.SetResult();

        // A reset replaces the farewell: the other side sees the same when a machine is gone.
        public void Close()
        {
            try
            {
                _client.Client?.Close(0);
                _server.Client?.Close(0);
                _closed.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The connection has ended by itself.
            }
        }

        public void Dispose()
        {
            _closed.Cancel();
            _client.Dispose();
            _closed.Dispose();
        }
    }
}
