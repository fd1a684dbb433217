using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A group's owner has its destination kept up once the batches are worked off. Nothing in there concerns a batch.
public sealed class UpkeepTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private readonly KeptUpSink _sink = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_due_is_done_slice_by_slice_behind_the_batches_and_batches_that_come_meanwhile_are_taken_in_between()
    {
        _sink.DueAfter = 2;
        _sink.OnSlice = async (slice, _) =>
        {
            if (slice == 1)
            {
                await Database.EnqueueAsync(_team, "s", _run, 2, final: true);
            }

            return new UpkeepResult(slice == 3, $"Slice {slice}.");
        };
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Database.EnqueueAsync(_team, "s", _run, 1);

        await Eventually.EqualsAsync("Slice 1. Slice 2. Slice 3.", OutcomeAsync, _soon, "the upkeep ends");
        Assert.Equal(["apply 0", "apply 1", "slice 1", "apply 2", "slice 2", "slice 3"], _sink.Events);
        Assert.Equal("succeeded", await Database.RunStateAsync(_run, KeptUpSink.Name));
    }

    [Fact]
    public async Task What_an_operator_asks_for_is_done_in_an_idle_group_and_its_outcome_is_on_record()
    {
        _sink.OnSlice = (_, context) => Task.FromResult(new UpkeepResult(true, $"{context.Task} {context.Version}."));
        await using var silos = await StartAsync();
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, KeptUpSink.Name), _soon, "the run ends");

        await AskAsync("restore", 7);

        await Eventually.EqualsAsync("Restore 7.", OutcomeAsync, _soon, "the upkeep ends");
        Assert.Equal("due=, task=, failed=f", await RowAsync());
        Assert.Equal("restore", await Database.ScalarAsync<string>(
            "SELECT verb FROM orleans_batch.operator_action WHERE subject LIKE $1", $"{_team}/s in sink %"));
    }

    [Fact]
    public async Task Trouble_in_upkeep_is_on_record_and_batches_go_on()
    {
        _sink.OnSlice = (_, _) => throw new UpkeepRefusedException("There is no such version.");
        await using var silos = await StartAsync();
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Eventually.EqualsAsync(
            1L, () => Database.ScalarAsync<long>("SELECT sum(batches_applied)::bigint FROM orleans_batch.sink_run WHERE run_id = $1", _run),
            _soon, "the batch is applied");

        await AskAsync("restore", 7);

        await Eventually.EqualsAsync("There is no such version.", OutcomeAsync, _soon, "the upkeep ends");
        Assert.EndsWith("task=, failed=t", await RowAsync(), StringComparison.Ordinal);
        await Database.EnqueueAsync(_team, "s", _run, 1, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, KeptUpSink.Name), _soon, "the run ends");
        Assert.Equal(2, await Database.ScalarAsync<long>(
            "SELECT batches_applied FROM orleans_batch.sink_run WHERE run_id = $1", _run));
    }

    [Fact]
    public async Task Upkeep_that_fails_is_not_tried_again_with_each_batch()
    {
        _sink.DueAfter = 1;
        _sink.OnSlice = (_, _) => throw new InvalidOperationException("A file is missing.");
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Eventually.EqualsAsync("A file is missing.", OutcomeAsync, _soon, "the upkeep ends");
        await Database.EnqueueAsync(_team, "s", _run, 1, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, KeptUpSink.Name), _soon, "the run ends");
        Assert.Equal(["apply 0", "slice 1", "apply 1"], _sink.Events);
    }

    // Their rows would be gone, and the queue would say that they are there.
    [Fact]
    public async Task A_version_is_not_restored_once_batches_were_applied_since_somebody_asked_for_it()
    {
        await using var silos = await StartAsync();
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Eventually.EqualsAsync(1, () => Task.FromResult(_sink.Events.Count), _soon, "the batch is applied");
        await Database.PauseAsync(_team, "s");
        await Database.EnqueueAsync(_team, "s", _run, 1, final: true);
        await Eventually.EqualsAsync(
            1L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.parked WHERE team_id = $1", _team), _soon, "it waits");

        await AskAsync("restore", 7);
        await Database.ExecuteAsync("UPDATE orleans_batch.upkeep SET asked_seq = asked_seq - 1");
        await Database.ExecuteAsync("SELECT orleans_batch.resume($1, 's')", _team);

        await Eventually.EqualsAsync(
            true,
            async () =>
            {
                await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct);
                return (await OutcomeAsync())?.StartsWith("Version 7 was not restored: ", StringComparison.Ordinal) is true;
            },
            _soon, "the upkeep ends");
        Assert.DoesNotContain(_sink.Events, e => e.StartsWith("slice", StringComparison.Ordinal));
    }

    // Such as the files that a vacuum may delete in a week.
    [Fact]
    public async Task An_idle_group_is_woken_by_the_sweep_when_its_time_has_come()
    {
        _sink.DueAfter = 1;
        _sink.DueIn = TimeSpan.FromDays(7);
        await using var silos = await StartAsync();
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Eventually.EqualsAsync(
            "7 days", () => Database.ScalarAsync<string>(
                """
                SELECT round(extract(epoch FROM u.due_at - clock_timestamp()) / 86400) || ' days'
                FROM orleans_batch.upkeep AS u JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1
                """,
                _team),
            _soon, "the time is on record");
        Assert.Equal(["apply 0"], _sink.Events);
        await Database.ExecuteAsync("UPDATE orleans_batch.upkeep SET due_at = clock_timestamp()");
        _sink.DueAfter = int.MaxValue;

        await Eventually.EqualsAsync(
            "Slice 1.",
            async () =>
            {
                await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct);
                return await OutcomeAsync();
            },
            _soon, "the sweep wakes the group");
        Assert.Equal("due=, task=, failed=f", await RowAsync());
    }

    [Fact]
    public async Task A_silo_keeps_up_one_group_at_a_time()
    {
        var (running, most) = (0, 0);
        _sink.DueAfter = 1;
        _sink.OnSlice = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(TimeSpan.FromMilliseconds(200), Ct);
            Interlocked.Decrement(ref running);
            return new UpkeepResult(true, "Kept up.");
        };
        await using var silos = await StartAsync();

        for (var i = 0; i < 5; i++)
        {
            await Database.EnqueueAsync(_team, $"s{i}", Guid.NewGuid(), 0, final: true);
        }

        await Eventually.EqualsAsync(
            5L,
            async () =>
            {
                await Database.ExecuteAsync("UPDATE orleans_batch.upkeep SET due_at = clock_timestamp() WHERE outcome IS NULL");
                await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct);
                return await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.upkeep WHERE outcome = 'Kept up.'");
            },
            _soon, "all groups are kept up");
        Assert.Equal(1, most);
    }

    private Task<string?> OutcomeAsync() => Database.ScalarAsync<string>(
        "SELECT u.outcome FROM orleans_batch.upkeep AS u JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1", _team);

    private Task<string?> RowAsync() => Database.ScalarAsync<string>(
        """
        SELECT format('due=%s, task=%s, failed=%s', u.due_at, u.task, u.failed)
        FROM orleans_batch.upkeep AS u JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1
        """,
        _team);

    private Task AskAsync(string task, long? version) => Database.ExecuteAsync(
        $"SELECT orleans_batch.ask_upkeep($1, 's', '{KeptUpSink.Name}', $2, $3, who => 'alice')", _team, task, version!);

    private Task<TestSilos> StartAsync() => TestSilos.StartAsync(
        Database, configure: o => o.HeartbeatPeriod = TimeSpan.FromMilliseconds(50),
        add: silo => silo.Services.AddKeyedSingleton<IBatchSink>(KeptUpSink.Name, _sink), serves: [KeptUpSink.Name]);

    private sealed class KeptUpSink : IUpkeepSink
    {
        public const string Name = "kept-up";

        private int _slices;
        private int _applied;

        public ConcurrentQueue<string> Events { get; } = new();

        // After so many batches upkeep is due.
        public int DueAfter { get; set; } = int.MaxValue;

        public TimeSpan DueIn { get; set; }

        public Func<int, UpkeepContext, Task<UpkeepResult>> OnSlice { get; set; } =
            (slice, _) => Task.FromResult(new UpkeepResult(true, $"Slice {slice}."));

        public Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
        {
            Events.Enqueue($"apply {context.Batch.BatchIndex}");
            _applied++;
            return Task.FromResult(BatchResult.NotCounted);
        }

        public DateTimeOffset? UpkeepDueAt(GroupKey group) => _applied >= DueAfter ? TimeProvider.System.GetUtcNow() + DueIn : null;

        public async Task<UpkeepResult> KeepUpAsync(UpkeepContext context, CancellationToken cancellationToken)
        {
            var slice = Interlocked.Increment(ref _slices);
            Events.Enqueue($"slice {slice}");
            var result = await OnSlice(slice, context);
            if (result.IsDone)
            {
                DueAfter = DueAfter == 1 ? 1 : int.MaxValue;
            }

            return result;
        }
    }
}
