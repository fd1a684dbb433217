using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The host's hooks around each batch.
public sealed class BatchHookTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly RecordingSink _sink = new();
    private readonly RecordingHook _hook = new();

    [Fact]
    public async Task A_batch_that_a_hook_does_not_want_is_skipped_with_its_name_and_the_run_ends_all_the_same()
    {
        var run = Guid.NewGuid();
        _hook.Decide = c => c.Batch.BatchIndex == 0;
        await using var silos = await StartAsync();

        await EnqueueAsync(run, 3);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal([0], _sink.Applied.Select(a => a.Batch.BatchIndex));
        Assert.Equal([RunEnd.Sealed], _sink.Ended.Select(e => e.End));
        Assert.Equal(
            ["succeeded", .. Enumerable.Repeat("skipped The hook RecordingHook kept it from being applied.", 2)],
            await Database.RowsAsync(
                "SELECT concat_ws(' ', state, last_error) FROM orleans_batch.batch_status WHERE run_id = $1 ORDER BY seq",
                r => r.GetString(0), run));
        Assert.Equal(2, await Database.ScalarAsync<long>("SELECT batches_skipped FROM orleans_batch.run_status WHERE run_id = $1", run));
    }

    [Fact]
    public async Task A_hook_that_fails_after_a_batch_was_applied_has_it_tried_again()
    {
        var run = Guid.NewGuid();
        _hook.OnApplied = c => c.Attempt == 1 ? throw new InvalidOperationException("The catalogue is away.") : Task.CompletedTask;
        await using var silos = await StartAsync();

        await EnqueueAsync(run, 1);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal([1, 2], _sink.Applied.Select(a => a.Attempt));
        Assert.Equal([1, 2], _hook.Applied.Select(a => a.Attempt));
        Assert.Equal(
            "The catalogue is away.",
            await Database.ScalarAsync<string>("SELECT error FROM orleans_batch.batch_attempt WHERE outcome = 'retry'"));
    }

    private Task<TestSilos> StartAsync() => TestSilos.StartAsync(
        Database, sink: _sink, add: silo => silo.Services.AddSingleton<IBatchHook>(_hook));

    private async Task EnqueueAsync(Guid run, int batches)
    {
        var team = TestIds.NextTeam();
        for (var index = 0; index < batches; index++)
        {
            await Database.EnqueueAsync(team, "s", run, index, final: index == batches - 1);
        }
    }
}
