using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansBatch.Tests.Support;

// A proxy before an S3 that does to a request what the test orders, and counts the requests that came.
internal sealed class S3Proxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly Uri _server;

    public S3Proxy(Uri server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    // Asked with the method and the path of each request; null lets it pass.
    public Func<string, string, S3Fault?> Fault { get; set; } = (_, _) => null;

    public int Count(string method) => _requests.Count(r => r == method);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
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
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await S3Message.ReadAsync(stream, isAnswerTo: null, _stop.Token) is { } request
                    && await AnswerAsync(request, stream))
                {
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    // Returns whether the connection stays.
    private async Task<bool> AnswerAsync(S3Message request, NetworkStream client)
    {
        var (method, path) = (request.Head.Split(' ')[0], request.Head.Split(' ')[1]);
        _requests.Enqueue(method);
        var fault = Fault(method, path);
        if (fault?.Refusal is { } refusal)
        {
            await client.WriteAsync(Encoding.UTF8.GetBytes(refusal), _stop.Token);
            return true;
        }

        using var server = new TcpClient();
        await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
        await server.GetStream().WriteAsync(request.Bytes, _stop.Token);
        var answer = (await S3Message.ReadAsync(server.GetStream(), isAnswerTo: method, _stop.Token))!;
        if (fault is null)
        {
            await client.WriteAsync(answer.Bytes, _stop.Token);
            return true;
        }

        if (fault.Stalls)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
        }

        await client.WriteAsync(answer.Bytes.AsMemory(0, Math.Min(fault.Passed, answer.Bytes.Length)), _stop.Token);
        return false;
    }
}
