using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Embedded;
using OrleansBatch.Silo;

namespace OrleansBatch.Bench.Silos;

// A private S3 server on the loopback, Ceph's, as build/radosgw starts one.
internal sealed class S3Gateway : IAsyncDisposable
{
    private const string Bucket = "bench";
    private const string Key = "tester";
    private const string Secret = "testersecret";

    private readonly Process _process;
    private int _lakes;

    private S3Gateway(Process process, int port)
    {
        _process = process;
        Environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = $"http://127.0.0.1:{port}", ["AWS_ACCESS_KEY_ID"] = Key, ["AWS_SECRET_ACCESS_KEY"] = Secret,
            ["AWS_REGION"] = "us-east-1",
        };
    }

    public IReadOnlyDictionary<string, string> Environment { get; }

    public static async Task<S3Gateway> StartAsync(BenchContext bench, CancellationToken ct)
    {
        var script = Path.GetFullPath("build/radosgw");
        if (!File.Exists(script))
        {
            throw new StartupException(
                "Start the bench in the repository's root: build/radosgw is not below this directory.", ExitCodes.BadInput);
        }

        var (port, monitor) = (FreePort.Find(), FreePort.Find());
        var directory = Directory.CreateDirectory(Path.Combine(bench.Directory, "s3")).FullName;
        var start = new ProcessStartInfo(
            script,
            [directory, port.ToString(CultureInfo.InvariantCulture), monitor.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{script} did not start.");
        bench.Guard.Watch(process.Kill);
        while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            if (line.Contains("ready", StringComparison.Ordinal))
            {
                var gateway = new S3Gateway(process, port);
                await gateway.MakeBucketAsync(ct);
                return gateway;
            }
        }

        throw new InvalidOperationException(
            $"{script} has ended; run it by hand to see why. Ceph's radosgw, ceph-mon and ceph-osd must be there.");
    }

    public string NewLake() => string.Create(CultureInfo.InvariantCulture, $"s3://{Bucket}/lake-{Interlocked.Increment(ref _lakes)}");

    // The server ends when its standard input does.
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task MakeBucketAsync(CancellationToken ct)
    {
        using var client = new Amazon.S3.AmazonS3Client(
            new Amazon.Runtime.BasicAWSCredentials(Key, Secret),
            new Amazon.S3.AmazonS3Config
            {
                ServiceURL = Environment["AWS_ENDPOINT_URL"], ForcePathStyle = true, AuthenticationRegion = Environment["AWS_REGION"],
            });
        await client.PutBucketAsync(new Amazon.S3.Model.PutBucketRequest { BucketName = Bucket }, ct);
    }
}
