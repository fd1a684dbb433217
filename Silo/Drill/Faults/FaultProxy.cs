using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Silo.Drill.Faults;

/// <summary>
/// A bad network between a silo and its database, on the loopback: it passes bytes on until it is told to cut, freeze or delay them.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private volatile bool _refusing;
    private volatile TaskCompletionSource? _frozen;
    private long _delayTicks;

    /// <summary>Starts a proxy on a free port of the loopback.</summary>
    /// <param name="host">The host that bytes are passed on to.</param>
    /// <param name="port">Its port.</param>
    public FaultProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the port the proxy listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Gets how many connections pass through now.</summary>
    public int Connections => _links.Count;

    /// <summary>Closes every connection, and each new one at once, until <see cref="Heal"/>.</summary>
    public void Cut()
    {
        _refusing = true;
        CloseAll();
    }

    /// <summary>Closes every connection once; new ones pass.</summary>
    public void CloseAll()
    {
        foreach (var link in _links.Keys)
        {
            link.Close();
        }
    }

    /// <summary>Half-opens every connection, also new ones: they stay up and nothing comes through, until <see cref="Heal"/>.</summary>
    public void Freeze() =>
        Interlocked.CompareExchange(ref _frozen, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>Holds every piece of data back for a time, in both directions, until <see cref="Heal"/>.</summary>
    /// <param name="by">How long.</param>
    public void Delay(TimeSpan by) => Interlocked.Exchange(ref _delayTicks, by.Ticks);

    /// <summary>Ends whatever fault is on; frozen data is passed on then.</summary>
    public void Heal()
    {
        _refusing = false;
        Interlocked.Exchange(ref _delayTicks, 0);
        Interlocked.Exchange(ref _frozen, null)?.SetResult();
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
        using var link = new Link(client, server);
        _links[link] = true;
        try
        {
            if (!_refusing)
            {
                // The other side hears of it only when the network is back.
                await ThawAsync();
                await server.ConnectAsync(_host, _port, _stop.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                await Task.WhenAny(PassAsync(client, server), PassAsync(server, client));
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

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                if (Interlocked.Read(ref _delayTicks) is > 0 and var ticks)
                {
                    await Task.Delay(TimeSpan.FromTicks(ticks), _stop.Token);
                }

                await ThawAsync();
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
        }

        // A farewell comes no further than data does.
        await ThawAsync();
    }

    private Task ThawAsync() => _frozen?.Task.WaitAsync(_stop.Token) ?? Task.CompletedTask;

    // A reset and not a farewell: what the other side sees when a machine is gone.
    private sealed class Link(TcpClient client, TcpClient server) : IDisposable
    {
        public void Close()
        {
            foreach (var end in (TcpClient[])[client, server])
            {
                try
                {
                    end.Client?.Close(0);
                }
                catch (ObjectDisposedException)
                {
                }
            }
        }

        public void Dispose() => client.Dispose();
    }
}
