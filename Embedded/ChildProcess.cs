using System.ComponentModel;
using System.Diagnostics;

namespace OrleansBatch.Embedded;

// The end of a child process. Output is its stdout, followed by its stderr.
internal sealed record ChildProcess(int ExitCode, string Output)
{
    public string LastLine =>
        Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";

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

    // After an interrupt initdb removes its files and pg_ctl stops the server that it was starting. After a kill both stay behind.
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
            // The server's user may have no access to the caller's working directory.
            WorkingDirectory = Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/",
        };
        // Messages are parsed, so the locale is fixed. The caller's PGPORT, PGDATA and the like are not meant for this cluster.
        info.Environment["LC_ALL"] = "C";
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
        {
            info.Environment.Remove(name);
        }

        return info;
    }
}
