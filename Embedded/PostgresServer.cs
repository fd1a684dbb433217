using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansBatch.Embedded;

// Starts and stops the cluster's server with pg_ctl, which puts the server in a session of its own.
// Ctrl+C in the terminal then reaches the program only, and the server is there while the program drains.
internal sealed class PostgresServer(ClusterDirectory directory, PostgresBinaries binaries, ServerUser user)
{
    private const int PortTries = 5;
    private const long LargestLog = 16 << 20;

    // Chooses a free port, unless the server is to come back at its former one.
    public async Task<int> StartAsync(TimeSpan timeout, CancellationToken cancellationToken, int? lastPort = null)
    {
        if (new FileInfo(directory.Log) is { Exists: true, Length: > LargestLog })
        {
            File.Move(directory.Log, directory.Log + ".1", overwrite: true);
        }

        for (var attempt = 1; ; attempt++)
        {
            var port = lastPort ?? FreePort();
            var logBefore = new FileInfo(directory.Log) is { Exists: true } log ? log.Length : 0;
            var result = await PgCtlAsync(timeout, cancellationToken, "start", "--log", directory.Log, "-o", $"-p {port}");
            if (result.ExitCode == 0)
            {
                return port;
            }

            // Another program may take the port between our look and the server's bind.
            if (attempt == PortTries || !LogSince(logBefore).Contains("Address already in use", StringComparison.Ordinal))
            {
                await StopAsync();
                throw new EmbeddedPostgresException(
                    $"The private Postgres in {directory.Root} did not start within {timeout.TotalSeconds:0} s; its log ends with: "
                    + directory.LastLogLines());
            }
        }
    }

    // Stopping is never cancelled: nobody comes after the last program to stop the server. A server that remains is the next program's.
    public async Task StopAsync()
    {
        var result = await PgCtlAsync(TimeSpan.FromSeconds(30), CancellationToken.None, "stop", "--mode", "fast");
        if (result.ExitCode != 0 && PostmasterFile.TryRead(directory.PostmasterPid) is not null)
        {
            await PgCtlAsync(TimeSpan.FromSeconds(10), CancellationToken.None, "stop", "--mode", "immediate");
        }
    }

    // The end is like a crash: nothing is written or said before the processes end, and the next start recovers.
    public Task CrashAsync() => PgCtlAsync(TimeSpan.FromSeconds(60), CancellationToken.None, "stop", "--mode", "immediate");

    private Task<ChildProcess> PgCtlAsync(TimeSpan timeout, CancellationToken cancellationToken, params string[] arguments)
    {
        var seconds = Math.Ceiling(timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var command = user.Command([binaries.PgCtl, .. arguments, "--pgdata", directory.Data, "--wait", "--timeout", seconds]);
        return ChildProcess.RunAsync(command, timeout + TimeSpan.FromSeconds(10), cancellationToken);
    }

    private string LogSince(long position)
    {
        if (!File.Exists(directory.Log))
        {
            return "";
        }

        using var file = new FileStream(directory.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(position, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
