using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A silo that can't reach a batch's file leaves the group to a silo that can.
// The group waits only when no silo can, and no run fails for it.
public sealed class PassedOnGroupTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silo_that_can_reach_the_batches_takes_the_group_from_one_that_cannot(bool idempotent)
    {
        var first = new ConcurrentQueue<string>();
        var sink = new RecordingSink { IsIdempotent = idempotent };
        sink.OnApply = (context, _) =>
        {
            first.Enqueue(context.Silo);
            return context.Silo == first.First() ? throw new BatchUnreachableException("It lies on another host.") : Task.CompletedTask;
        };
        await using var silos = await TestSilos.StartAsync(Database, count: 2, sink: sink);

        await EnqueueAsync(5);

        await SucceedsAsync();
        Assert.Equal(
            [1, 2, 3, 4, 5], sink.Applied.Where(c => c.Silo != first.First()).Select(c => (int)c.Batch.Seq));
        Assert.All(sink.Applied, c => Assert.Equal(1, c.Attempt));
        Assert.Equal(0, await OutcomesAsync("lost"));
        Assert.True(await OutcomesAsync("passed_on") > 0);
        Assert.Equal(0, await OutcomesAsync("not_ready"));
    }

    // Each silo goes on where the other one can't, without waiting for the end of its rest.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silos_that_reach_different_batches_of_a_run_take_turns(bool inWindows)
    {
        var silos = new ConcurrentDictionary<string, int>();
        Task Apply(BatchContext context, CancellationToken _) =>
            silos.GetOrAdd(context.Silo, _ => silos.Count) % 2 == context.Batch.BatchIndex / 3 % 2
                ? Task.CompletedTask
                : throw new BatchUnreachableException("It lies on another host.");
        var sink = new RecordingSink { OnApply = Apply };
        var transactional = new TransactionalSink { OnApply = Apply };
        await using var running = await TestSilos.StartAsync(Database, count: 2, sink: inWindows ? transactional : sink);
        await Eventually.EqualsAsync(
            2, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.serving_silo"), _soon, "both serve");

        await EnqueueAsync(12);

        await SucceedsAsync();
        Assert.Equal(12, await Database.ScalarAsync<long>("SELECT batches_applied FROM orleans_batch.run_status WHERE run_id = $1", _run));
        Assert.Equal(0, await OutcomesAsync("lost"));
        Assert.Equal(2, silos.Count);
    }

    [Fact]
    public async Task A_group_that_no_silo_can_reach_waits_with_the_reason_and_goes_on_once_one_can()
    {
        var canReach = false;
        var sink = new RecordingSink
        {
            OnApply = (context, _) => canReach ? Task.CompletedTask : throw new BatchUnreachableException($"Not on {context.Silo}."),
        };
        var logs = new RecordingLogs();
        await using var silos = await TestSilos.StartAsync(
            Database, count: 2, sink: sink, add: silo => silo.Services.AddSingleton<ILoggerProvider>(logs));
        await EnqueueAsync(1);

        await WaitsAsync();
        Assert.Equal(2, await Database.ScalarAsync<long>("SELECT count(DISTINCT silo) FROM orleans_batch.unreached"));
        var why = await Database.ScalarAsync<string>("SELECT last_error FROM orleans_batch.group_status WHERE team_id = $1", _team);
        Assert.Matches("^Not on .+[.] No silo that runs can reach it; one that starts looks at once[.]$", why);

        canReach = true;
        await Database.ExecuteAsync("UPDATE orleans_batch.parked SET until = clock_timestamp()");
        await SucceedsAsync();
        Assert.All(sink.Applied, c => Assert.Equal(1, c.Attempt));
        Assert.Single(logs.Of(110));
        await Eventually.UntilAsync(
            () => Task.FromResult(logs.Of(111, 330).Count == 1), TimeSpan.FromSeconds(60), "one line says that it is over");
    }

    [Fact]
    public async Task A_silo_that_starts_later_looks_at_once_at_what_no_silo_could_reach()
    {
        var (cannot, can) = (new RecordingSink(), new RecordingSink());
        cannot.OnApply = (_, _) => throw new BatchUnreachableException("It lies on another host.");
        await using var without = await TestSilos.StartAsync(Database, sink: cannot);
        await EnqueueAsync(1);
        await WaitsAsync();
        await Database.ExecuteAsync("UPDATE orleans_batch.parked SET until = clock_timestamp() + interval '1 day'");

        await using var with = await TestSilos.StartAsync(Database, sink: can);

        await SucceedsAsync();
        Assert.Single(can.Applied);
    }

    private async Task EnqueueAsync(int batches)
    {
        await using var connection = await Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ScalarAsync<object>(
            """
            SELECT count(orleans_batch.enqueue(
              team_id => $1, schema_id => 's', run_id => $2, batch_index => n, path => 'x', is_final => n = $3 - 1))
            FROM generate_series(0, $3 - 1) AS n
            """,
            _team, _run, batches);
    }

    private Task SucceedsAsync() => Eventually.EqualsAsync(
        "succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run succeeds");

    private Task WaitsAsync() => Eventually.EqualsAsync(
        "unreachable", () => Database.ScalarAsync<string>("SELECT code FROM orleans_batch.not_ready"), _soon, "no silo can reach it");

    private Task<long> OutcomesAsync(string outcome) =>
        Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.batch_attempt WHERE outcome = $1", outcome);
}
