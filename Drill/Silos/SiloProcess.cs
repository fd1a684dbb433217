using System.Diagnostics;
using OrleansBatch.Embedded;

namespace OrleansBatch.Drill.Silos;

// One process of a silo, from its start to its end. The process's output goes into a file named after it.
internal sealed class SiloProcess : IAsyncDisposable
{
    private const string LostWakeup = "but no wakeup";

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _pumping;
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _lastLine = "";

    private SiloProcess(string name, Process process, string log, bool isEarlier)
    {
        (Name, _process, IsEarlier) = (name, process, isEarlier);
        _log = new StreamWriter(log, append: false) { AutoFlush = true };
        _pumping = Task.WhenAll(PumpAsync(process.StandardOutput), PumpAsync(process.StandardError));
    }

    public string Name { get; }

    public int Pid => _process.Id;

    // True for a process of an earlier version.
    public bool IsEarlier { get; }

    // True when the drill itself ended the process.
    public bool Ordered { get; private set; }

    public string LastLine => _lastLine;

    public int LostWakeups { get; private set; }

    public int ExitCode => _process.ExitCode;

    public Task Ended => _process.WaitForExitAsync();

    public static SiloProcess Start(string name, ProcessStartInfo start, bool isEarlier = false)
    {
        var process = Process.Start(start) ?? throw new InvalidOperationException("The silo's process did not start.");
        process.StandardInput.Close();
        return new SiloProcess(name, process, Path.Combine(start.WorkingDirectory, $"{name}.log"), isEarlier);
    }

    // Returns false when the process ended before it served.
    public async Task<bool> IsServingAsync(CancellationToken ct) =>
        await Task.WhenAny(_serving.Task, Ended).WaitAsync(ct) == _serving.Task;

    // What a process that has ended said last may still be on its way.
    public Task ReadToEndAsync() => _pumping;

    public async Task KillAsync()
    {
        Ordered = true;
        Kill();
        await Ended;
    }

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // The process has ended, or is disposed of.
        }
    }

    public void KillAtOnce()
    {
        Ordered = true;
        Kill();
    }

    // A program that signals for us would come milliseconds later.
    public void StopAtOnce() => Signals.Stop(_process.Id);

    public Task TerminateAsync()
    {
        Ordered = true;
        return SignalAsync("TERM");
    }

    public Task StopAsync() => SignalAsync("STOP");

    public Task ContinueAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGKILL also ends a process that is stopped.
            await KillAsync();
        }

        await _pumping;
        await _log.DisposeAsync();
        _process.Dispose();
    }

    private Task<ChildProcess> SignalAsync(string signal) =>
        ChildProcess.RunAsync(["kill", $"-{signal}", $"{_process.Id}"], TimeSpan.FromSeconds(5), CancellationToken.None);

    private async Task PumpAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Serving", StringComparison.Ordinal))
            {
                _serving.TrySetResult();
            }

            lock (_log)
            {
                LostWakeups += line.Contains(LostWakeup, StringComparison.Ordinal) ? 1 : 0;
                _lastLine = line;
                _log.WriteLine(line);
            }
        }
    }
}
