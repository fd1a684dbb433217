using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using OrleansBatch.Drill.Silos;
using OrleansBatch.Embedded;

namespace OrleansBatch.Drill.Lakes;

// Ceph's S3 in a directory of the drill's own. The script ends with its standard input, whatever ends the drill.
internal sealed class Gateway : IAsyncDisposable
{
    public const string Bucket = "drill";
    public const string Key = "tester";
    public const string Secret = "testersecret";

    private static readonly string[] _programs = ["bash", "radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd"];

    private readonly Process _process;
    private bool _isOpen;

    private Gateway(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static void RequirePrograms()
    {
        var folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (_programs.FirstOrDefault(p => !folders.Any(folder => File.Exists(Path.Combine(folder, p)))) is { } missing)
        {
            throw new StoreUnavailableException(
                $"The drill can't have an S3 of its own here, because {missing} is missing: install radosgw, ceph-mon and ceph-osd, "
                + "or drill with --store directory.");
        }
    }

    public static async Task<Gateway> StartAsync(string directory, CancellationToken ct)
    {
        var script = Path.Combine(directory, "gateway.sh");
        await using (var source = typeof(Gateway).Assembly.GetManifestResourceStream("radosgw")!)
        await using (var target = File.Create(script))
        {
            await source.CopyToAsync(target, ct);
        }

        var port = FreePort.Find();
        var home = Path.Combine(directory, "s3");
        var process = Process.Start(new ProcessStartInfo("bash", [script, home, $"{port}", $"{FreePort.Find()}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var gateway = new Gateway(process, port);
        try
        {
            await gateway.OpenAsync(Path.Combine(home, "log", "start.log"), ct);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    // What a silo needs to find it.
    public Dictionary<string, string> Environment() => new()
    {
        ["AWS_ENDPOINT_URL"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"),
        ["AWS_ACCESS_KEY_ID"] = Key,
        ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["AWS_REGION"] = "us-east-1",
    };

    // The script sees the end of its input and ends its daemons. A script that was killed would leave them behind.
    public void Kill() => _process.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        Kill();
        if (!_isOpen)
        {
            // A script that is still starting daemons does not look at its input.
            Signals.Terminate(_process.Id);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task OpenAsync(string log, CancellationToken ct)
    {
        if (await _process.StandardOutput.ReadLineAsync(ct) is not "ready")
        {
            throw new StoreUnavailableException($"The drill's own S3 did not start; {log} says why, when the drill is run with --keep.");
        }

        _isOpen = true;
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(Key, Secret),
            new AmazonS3Config { ServiceURL = $"http://127.0.0.1:{Port}", ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        await client.PutBucketAsync(new PutBucketRequest { BucketName = Bucket }, ct);
    }
}
