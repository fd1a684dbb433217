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
        await Eventually.UntilAsync(() => Task.FromResult(logs.Of(224).Count == 1), _soon, "its end is logged");
        Assert.Matches("^Sink recording is out of trouble after 00:.*Failures meanwhile: [0-9]+.$", logs.Of(224)[0]);
        Assert.Single(logs.Of(110));
        Assert.Empty(logs.Of(111, 330));
    }

    [Fact]
    public async Task A_destination_that_holds_up_all_groups_is_two_lines_and_a_file_of_one_group_two_of_its_own()
    {
        var (team, full) = (TestIds.NextTeam(), true);
        var sink = new RecordingSink();
        sink.OnApply = (c, _) => !full ? Task.CompletedTask
            : throw new SinkNotReadyException("Not now.", TimeSpan.FromSeconds(1))
            {
                Code = c.Batch.Group.SchemaId == "locked" ? NotReadyCode.Locked : NotReadyCode.NoSpace,
            };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        foreach (var schema in (string[])["a", "b", "c", "locked"])
        {
            await Database.EnqueueAsync(team, schema, Guid.NewGuid(), 0, final: true);
        }

        await Eventually.UntilAsync(
            () => Task.FromResult(sink.Applied.GroupBy(a => a.Batch.Group).Count(g => g.Count() > 1) == 4), _soon, "all are asked again");
        full = false;

        await Eventually.UntilAsync(() => Task.FromResult(silos.Log.Of(224, 111).Count == 2), _soon, "both ends are logged");
        Assert.Equal(2, silos.Log.Of(110).Count);
        Assert.Single(silos.Log.Of(224));
        Assert.StartsWith($"Group {team}/locked of sink", Assert.Single(silos.Log.Of(111)), StringComparison.Ordinal);
    }
}
