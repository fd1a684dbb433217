using System.ComponentModel;
using System.Diagnostics;

namespace OrleansBatch.Embedded;

// How a child process ended. Output is what it wrote to stdout, then what it wrote to stderr.
internal sealed record ChildProcess(int ExitCode, string Output)
{
    public string LastLine => Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";

    public static async Task<ChildProcess> RunAsync(IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(command) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new ChildProcess(-1, e.Message);
        }

        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ChildProcess(process.ExitCode, await output + "\n" + await error);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            cancellationToken.ThrowIfCancellationRequested();
            return new ChildProcess(-1, $"{Path.GetFileName(command[0])} did not end within {timeout.TotalSeconds:0} s");
        }
    }

    // Interrupted, initdb removes what it made and pg_ctl stops the server it was starting; killed, they leave it behind.
    private static async Task EndAsync(Process process)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var interrupt = Process.Start("sh", ["-c", $"kill -INT {process.Id}"]);
            using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await process.WaitForExitAsync(grace.Token);
                return;
            }
            catch (OperationCanceledException)
            {
            }
        }

        process.Kill();
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> command)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The caller's working directory may be closed to the server's user.
            WorkingDirectory = Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/",
        };
        // Messages are parsed, and PGPORT, PGDATA and the like of the caller are not meant for this cluster.
        info.Environment["LC_ALL"] = "C";
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
        {
            info.Environment.Remove(name);
        }

        return info;
    }
}
