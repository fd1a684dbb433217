using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A group that waits for its sink logs one line at the beginning and one at the end, however often the sink is asked.
public sealed class WaitingForSinkTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_full_disk_turns_readiness_red_and_is_logged_once_at_its_beginning_and_once_at_its_end()
    {
        var (team, run, full) = (TestIds.NextTeam(), Guid.NewGuid(), true);
        var sink = new RecordingSink();
        var diskIsFull = new SinkNotReadyException("The disk is full.", TimeSpan.FromSeconds(1))
        {
            Code = NotReadyCode.NoSpace, Detail = "ENOSPC",
        };
        sink.OnApply = (_, _) => full ? throw diskIsFull : Task.CompletedTask;
        var logs = new RecordingLogs();
        await using var silos = await TestSilos.StartAsync(
            Database, sink: sink, add: silo => silo.Services.AddSingleton<ILoggerProvider>(logs));
        var health = silos.Handles[0].ServiceProvider.GetRequiredService<EngineHealth>();

        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        await Eventually.UntilAsync(() => Task.FromResult(sink.Applied.Count >= 3), _soon, "it is asked again and again");

        Assert.Equal(
            ["Sink recording can't write to its destination; 1 of its groups wait on this silo. The disk is full."],
            health.ReadinessProblems());
        Assert.Empty(health.LivenessProblems());
        Assert.Equal(
            [
                $"Group {team}/s of sink recording waits for the sink from now on, at seq 1; no attempt is counted. "
                    + "The disk is full. (ENOSPC)",
            ],
            logs.Of(110));
        Assert.Empty(logs.Of(111, 330));

        full = false;
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        await Eventually.UntilAsync(() => Task.FromResult(health.ReadinessProblems().Count == 0), _soon, "the silo is ready");
        await Eventually.UntilAsync(() => Task.FromResult(logs.Of(111).Count == 1), _soon, "its end is logged");
        Assert.Matches("^Group .* no longer waits for the sink, which was asked [0-9]+ times in 00:", logs.Of(111)[0]);
        Assert.Single(logs.Of(110));
    }
}
