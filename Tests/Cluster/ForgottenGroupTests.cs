using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// Silos carry a forget out: the owner stops at its boundary, the sink removes what it holds, and a sweep takes the group out of the queue.
public sealed class ForgottenGroupTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_in_the_middle_of_a_batch_finishes_it_and_begins_no_other_while_its_producer_goes_on()
    {
        var sink = new ForgettingSink();
        var finishes = new TaskCompletionSource();
        sink.OnApply = (_, _) => finishes.Task;
        await using var silos = await StartAsync(sink);
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(_team, "orders", run, 0);
        await Database.EnqueueAsync(_team, "orders", run, 1);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the owner is in the middle of a batch");
        var producer = EnqueueUntilRefusedAsync(run, first: 2);

        await Database.ForgetAsync(_team, "orders");
        Assert.True(await producer is "OB047" or "OB048");
        finishes.SetResult();

        await SweepAwayAsync(silos, 1);
        Assert.Equal([new GroupKey(_team, "orders")], sink.Forgotten.Select(f => f.Group).Distinct());
        var applied = Assert.Single(sink.Applied);
        Assert.Equal(0, applied.Batch.BatchIndex);
        Assert.Equal(0L, await Database.EntriesAsync(_team));

        var again = Guid.NewGuid();
        Assert.Equal(1L, await Database.EnqueueAsync(_team, "orders", again, 0, final: true));
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(again, ForgettingSink.Name), _soon, "the group begins anew");
        Assert.InRange(sink.Applied.Last().FencingToken, sink.Forgotten.Max(f => f.FencingToken) + 1, long.MaxValue);
    }

    // A try that fails, and one whose owner is lost in it, are followed by another.
    [Fact]
    public async Task A_removal_that_fails_or_is_cut_off_is_tried_again_and_says_why_meanwhile()
    {
        var sink = new ForgettingSink();
        var cutOff = new TaskCompletionSource();
        sink.OnForget = async (context, ct) =>
        {
            if (sink.Forgotten.Count == 1)
            {
                throw new SinkNotReadyException("The disk is away.", TimeSpan.FromMinutes(5));
            }

            if (!cutOff.Task.IsCompleted)
            {
                Assert.Equal(2, context.Attempt);
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ContinueWith(_ => cutOff.TrySetResult(), TaskScheduler.Default);
                ct.ThrowIfCancellationRequested();
            }
        };
        await using var silos = await StartAsync(sink);
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(_team, "orders", run, 0, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, ForgettingSink.Name), _soon, "the run is applied");

        await Database.ForgetAsync(_team, "orders");
        await Eventually.EqualsAsync(2, () => Task.FromResult(sink.Forgotten.Count), _soon, "the sink is asked again");
        Assert.Equal(
            ("forgetting", "The disk is away."),
            Assert.Single(await Database.RowsAsync(
                "SELECT state, last_error FROM orleans_batch.group_status WHERE team_id = $1", r => (r.GetString(0), r.GetString(1)),
                _team)));
        await Database.ExecuteAsync("SELECT orleans_batch.evict($1, 'orders', $2, why => 'a test')", _team, ForgettingSink.Name);
        await cutOff.Task.WaitAsync(_soon, Ct);

        await SweepAwayAsync(silos, 1);
        Assert.InRange(sink.Forgotten.Count, 3, 10);
    }

    [Fact]
    public async Task A_team_goes_with_all_its_groups_and_what_the_probe_wrote_down_and_no_other_team_is_touched()
    {
        var other = TestIds.NextTeam();
        await using var silos = await TestSilos.StartAsync(Database, count: 2, configure: o => o.SweepPeriod = TimeSpan.FromHours(1));
        var runs = new List<Guid>();
        foreach (var (team, schema) in new[] { (_team, "a"), (_team, "b"), (_team, "c"), (other, "a") })
        {
            runs.Add(Guid.NewGuid());
            await Database.EnqueueAsync(team, schema, runs[^1], 0);
            await Database.EnqueueAsync(team, schema, runs[^1], 1, final: true);
        }

        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the run is applied");
        }

        var (before, kept) = (await Database.StateOfAsync(other), await Database.GroupIdAsync(other, "a"));

        Assert.Equal(3, await Database.ForgetAsync(_team));
        await SweepAwayAsync(silos, 3);

        Assert.Equal(
            [(other, 2L)],
            await Database.RowsAsync(
                "SELECT team_id, count(*) FROM orleans_batch.probe_ledger GROUP BY team_id", r => (r.GetInt64(0), r.GetInt64(1))));
        Assert.Equal(kept, await Database.ScalarAsync<int>("SELECT group_id FROM orleans_batch.batch_group"));
        Assert.Equal(before, await Database.StateOfAsync(other));
        Assert.Equal(
            [
                ("forget", $"team {_team}"), ("forgotten", $"group {_team}/a"), ("forgotten", $"group {_team}/b"),
                ("forgotten", $"group {_team}/c"),
            ],
            (await Database.ActionsAsync()).Where(a => a.Verb is "forget" or "forgotten").Select(a => (a.Verb, a.Subject)).Order());
        Assert.Empty(await Database.RowsAsync("SELECT code FROM orleans_batch.doctor()", r => r.GetString(0)));
    }

    [Fact]
    public async Task A_sink_that_can_t_forget_keeps_its_rows_and_keeps_nothing_in_the_queue()
    {
        var sink = new RecordingSink();
        await using var silos = await TestSilos.StartAsync(Database, configure: o => o.SweepPeriod = TimeSpan.FromHours(1), sink: sink);
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(_team, "orders", run, 0, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run is applied");

        await Database.ForgetAsync(_team, "orders");

        await SweepAwayAsync(silos, 1);
        Assert.Single(sink.Applied);
    }

    private Task<TestSilos> StartAsync(ForgettingSink sink) => TestSilos.StartAsync(
        Database, configure: o => o.SweepPeriod = TimeSpan.FromHours(1),
        add: silo => silo.Services.AddKeyedSingleton<IBatchSink>(ForgettingSink.Name, sink), serves: [ForgettingSink.Name]);

    private static async Task SweepAwayAsync(TestSilos silos, int groups)
    {
        var gone = 0;
        await Eventually.EqualsAsync(
            groups, async () => gone += (await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct)).GroupsForgotten, _soon,
            "the groups leave the queue");
    }

    // Answers the SQLSTATE that stopped the producer.
    private async Task<string> EnqueueUntilRefusedAsync(Guid run, int first)
    {
        for (var index = first; ; index++)
        {
            try
            {
                await Database.EnqueueAsync(_team, "orders", run, index);
            }
            catch (PostgresException refused)
            {
                return refused.SqlState;
            }
        }
    }

    private sealed class ForgettingSink : IForgettingSink
    {
        public const string Name = "forgetting";

        public ConcurrentQueue<BatchContext> Applied { get; } = new();

        public ConcurrentQueue<ForgetContext> Forgotten { get; } = new();

        public Func<BatchContext, CancellationToken, Task> OnApply { get; set; } = (_, _) => Task.CompletedTask;

        public Func<ForgetContext, CancellationToken, Task> OnForget { get; set; } = (_, _) => Task.CompletedTask;

        public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
        {
            Applied.Enqueue(context);
            await OnApply(context, cancellationToken);
            return BatchResult.NotCounted;
        }

        public Task ForgetAsync(ForgetContext context, CancellationToken cancellationToken)
        {
            Forgotten.Enqueue(context);
            return OnForget(context, cancellationToken);
        }
    }
}
