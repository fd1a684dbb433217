using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Embedded;

namespace OrleansBatch.Tests.Support;

// A silo as a process of its own, which a test can kill as nothing inside this process can be killed.
public sealed class ServedSilo : IDisposable
{
    private readonly Process _process;

    private readonly List<string> _said = [];
    private Task<string> _rest = Task.FromResult("");

    private ServedSilo(Process process) => _process = process;

    // A silo that comes back at the ports of a killed one replaces it at once.
    // At other ports it waits until the former silo counts as dead.
    public static string[] NewPorts() => ["--silo-port", Port(), "--gateway-port", Port(), "--http-port", Port()];

    // Without a connection the silo works on the private Postgres of the directory.
    public static Task<ServedSilo> StartAsync(
        string directory, string? connectionString, string name, string[] ports, params string[] arguments) =>
        StartAsync(directory, connectionString, name, ports, new Dictionary<string, string>(), arguments);

    public static async Task<ServedSilo> StartAsync(
        string directory, string? connectionString, string name, string[] ports, IReadOnlyDictionary<string, string> environment,
        params string[] arguments)
    {
        var process = Cli.Start(
            directory,
            new Dictionary<string, string>(environment) { ["OrleansBatch__SiloName"] = name },
            ["serve", .. connectionString is null ? Array.Empty<string>() : ["--connection", connectionString], .. ports, .. arguments]);
        var silo = new ServedSilo(process);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                silo._said.Add(line);
                if (line.StartsWith("Serving", StringComparison.Ordinal) || line.Contains("\"Serving", StringComparison.Ordinal))
                {
                    // The remaining output must not fill the pipes.
                    process.OutputDataReceived += (_, _) => { };
                    process.ErrorDataReceived += (_, _) => { };
                    process.BeginErrorReadLine();
                    silo._rest = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    return silo;
                }
            }

            silo._said.Add(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            throw new InvalidOperationException($"The silo {name} did not start: {string.Join('\n', silo._said)}");
        }
        catch
        {
            silo.Dispose();
            throw;
        }
    }

    // After SIGKILL nothing of the process runs.
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> ExitAsync(TimeSpan within)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(within, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    // The lines of the standard output, once the silo has ended.
    public async Task<IReadOnlyList<string>> OutputAsync() =>
        [.. _said, .. (await _rest).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    // After SIGSTOP the process does nothing more, and its connections stay open.
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task WakeAsync() => SignalAsync("CONT");

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Port() => FreePort.Find().ToString(CultureInfo.InvariantCulture);
}
