using System.Globalization;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Drill;
using OrleansBatch.Drill.Silos;
using OrleansBatch.Embedded;

namespace OrleansBatch.Bench.Silos;

// A real silo in a process of its own, started as "orleansbatch serve" starts one.
internal sealed class BenchSilo : IAsyncDisposable
{
    private static readonly TimeSpan _longestStop = TimeSpan.FromSeconds(60);
    private static int _started;

    private readonly SiloProcess _process;

    private BenchSilo(SiloProcess process) => _process = process;

    public int Pid => _process.Pid;

    // The silo serves the probe without its ledger, unless the environment says otherwise.
    public static async Task<BenchSilo> StartAsync(
        BenchContext bench, BenchDatabase database, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null,
        params string[] arguments)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"bench-{Interlocked.Increment(ref _started)}");
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["OrleansBatch__SiloName"] = name,
            ["OrleansBatch__Probe__Ledger"] = "false",
        };
        string[] sinks = arguments.Contains("--sinks") ? [] : ["--sinks", "probe"];
        var process = SiloProcess.Start(name, SiloProgram.Serve(
            new DrillOptions().Program, bench.Directory, variables, [],
            [
                "--connection", database.ConnectionString, "--silo-port", Port(), "--gateway-port", Port(), "--http-port", Port(), .. sinks,
                .. arguments,
            ]));
        bench.Guard.Watch(process.Kill);
        try
        {
            return await process.IsServingAsync(ct)
                ? new BenchSilo(process)
                : throw new InvalidOperationException($"The silo {name} did not start: {process.LastLine}");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    // The silo ends in order, because it writes its times from memory at its end.
    public async Task StopAsync()
    {
        await _process.TerminateAsync();
        await _process.Ended.WaitAsync(_longestStop);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Port() => FreePort.Find().ToString(CultureInfo.InvariantCulture);
}
