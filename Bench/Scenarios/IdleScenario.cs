using System.Diagnostics;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;

namespace OrleansBatch.Bench.Scenarios;

// idle: the cost of a silo without work, once its code is compiled, which takes half a minute after the start.
// The server counts the statements, as transactions of the silo's database, and another database reads the count.
internal sealed class IdleScenario : IScenario
{
    public string Name => "idle";

    public string What => "a silo with nothing to do";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var time = bench.Options.Phase(60, 5);
        var (statements, cpu, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            await using var database = await bench.Cluster.CreateAsync(ct);
            await using var silo = await BenchSilo.StartAsync(bench, database, ct);
            await Task.Delay(TimeSpan.FromSeconds(bench.Options.Quick ? 2 : 60), ct);
            var before = await LookAsync(bench, database, silo, ct);
            await Task.Delay(time, ct);
            var after = await LookAsync(bench, database, silo, ct);
            var seconds = Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds;
            statements.Add((after.Transactions - before.Transactions) / seconds);
            cpu.Add((after.Cpu - before.Cpu).TotalSeconds / seconds * 100);
            memory.Add(after.Memory / 1e6);
            bench.Say($"{Name}: {statements[^1]:0.0} statements/s, {cpu[^1]:0.0} % of a core, {memory[^1]:0} MB");
        }

        await AddAsync(bench, "statements", "1/s", statements, 2);
        await AddAsync(bench, "processor", "% of a core", cpu, 1);
        await AddAsync(bench, "resident memory", "MB", memory, 200);
    }

    private Task AddAsync(BenchContext bench, string measure, string unit, List<double> runs, double atMost) =>
        bench.Figures.AddAsync(new Figure
        {
            Scenario = Name, Case = "one silo", Measure = measure, Unit = unit, Runs = runs, Target = new Bar { AtMost = atMost },
        });

    private static async Task<(long At, long Transactions, TimeSpan Cpu, long Memory)> LookAsync(
        BenchContext bench, BenchDatabase database, BenchSilo silo, CancellationToken ct)
    {
        var transactions = await bench.Cluster.Maintenance.OneAsync("transactions", r => r.GetInt64(0), ct, database.Name);
        using var process = Process.GetProcessById(silo.Pid);
        return (Stopwatch.GetTimestamp(), transactions, process.TotalProcessorTime, process.WorkingSet64);
    }
}
