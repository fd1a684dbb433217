using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// A batch that ends its process every time is found out, and nothing beside it fails.
[Trait("Length", "Long")]
public sealed class KillerBatchTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private const int MaxLosses = 3;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> _settings = new() { ["OrleansBatch__MaxLosses"] = $"{MaxLosses}" };

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_batch_that_kills_its_process_is_found_out_at_the_limit_and_no_innocent_fails()
    {
        var (killers, innocents) = (TestIds.NextTeam(), TestIds.NextTeam());
        var (killer, runs) = (Guid.NewGuid(), Enumerable.Range(0, 6).Select(_ => Guid.NewGuid()).ToList());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(killers, "s", killer, 0, final: true, metadata: """{"probe": {"crash_attempts": 100}}""");
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            // The innocent batches are long enough to be cut off by every crash beside them.
            await Database.EnqueueAsync(innocents, $"s{group}", run, 0, final: true, metadata: """{"probe": {"sleep_ms": 1500}}""");
        }

        var ports = ServedSilo.NewPorts();
        for (var silo = 0; await Database.RunStateAsync(killer) != "failed" && silo <= MaxLosses + 1; silo++)
        {
            // The silo may die before it has said that it serves.
            await Record.ExceptionAsync(async () =>
            {
                using var served = await ServedSilo.StartAsync(
                    _directory.Path, Database.ConnectionString, $"silo-{silo}", ports, _settings, "--sinks", "probe");
                var died = served.ExitAsync(_soon);
                while (!died.IsCompleted && !await IsAllOverAsync([killer, .. runs]))
                {
                    await Task.WhenAny(died, Task.Delay(100, TestContext.Current.CancellationToken));
                }
            });
        }

        Assert.Equal("failed", await Database.RunStateAsync(killer));
        Assert.InRange(await StartsAsync(killers), 1, MaxLosses + 1);
        foreach (var run in runs)
        {
            Assert.Equal("succeeded", await Database.RunStateAsync(run));
        }

        Assert.Contains("lost 3 times", await Database.ScalarAsync<string>(
            "SELECT first_error FROM orleans_batch.sink_run WHERE run_id = $1", killer), StringComparison.Ordinal);
    }

    private async Task<bool> IsAllOverAsync(IReadOnlyCollection<Guid> runs) => runs.Count == await Database.ScalarAsync<long>(
        "SELECT count(*) FROM orleans_batch.sink_run WHERE run_id = ANY ($1) AND state <> 'running'", runs.ToArray());

    private Task<long> StartsAsync(long team) =>
        Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1", team);
}
