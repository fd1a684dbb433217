using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Support;

// An S3 of the tests in a process of its own, which ends when the tests' process does: its standard input closes then.
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "One lives as long as the run.")]
internal sealed class S3Server
{
    private const string Bucket = "tests";

    private readonly Process _process;
    private readonly ScratchCache _scratch = new(Path.Combine(Path.GetTempPath(), "orleansbatch-tests-scratch"), megabytes: 1024);
    private int _prefixes;

    private S3Server(Process process, Uri url, string accessKey, string secretKey) =>
        (_process, Url, AccessKey, SecretKey) = (process, url, accessKey, secretKey);

    public Uri Url { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    // Starts a program that says "ready" in a line of its output, and makes a bucket there.
    public static async Task<S3Server> StartAsync(ProcessStartInfo start, Uri url, string accessKey, string secretKey)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        var server = new S3Server(
            Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start."), url, accessKey, secretKey);
        while (await server._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("ready", StringComparison.Ordinal))
            {
                using var client = server.Client();
                await client.PutBucketAsync(new PutBucketRequest { BucketName = Bucket });
                return server;
            }
        }

        throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} has ended; run it to see why.");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // An address that no other test has.
    public string NewAddress() => $"s3://{Bucket}/{Environment.ProcessId}-{Interlocked.Increment(ref _prefixes)}";

    // A store that no other test sees, or the one at an address. A proxy in between may have a URL of its own.
    public S3Store Store(string? address = null, Action<S3StoreOptions>? change = null, ScratchCache? scratch = null)
    {
        var options = Options();
        change?.Invoke(options);
        return new S3Store(address ?? NewAddress(), options, scratch ?? _scratch);
    }

    public S3StoreOptions Options() => new() { Endpoint = Url, Credentials = _ => new BasicAWSCredentials(AccessKey, SecretKey) };

    // The URL by which chdb reads a table there.
    public string HttpOf(string address) => $"{Url.AbsoluteUri.TrimEnd('/')}/{address["s3://".Length..]}";

    public AmazonS3Client Client() => new(
        new BasicAWSCredentials(AccessKey, SecretKey),
        new AmazonS3Config { ServiceURL = Url.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
}
