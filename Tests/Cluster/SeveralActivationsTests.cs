using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A group may have an activation on every silo, and for a while two on one. Only the lock keeps them apart, not Orleans (G2).
public sealed class SeveralActivationsTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Of_the_activations_on_all_silos_only_the_lock_holders_works()
    {
        var (team, run, gate) = (TestIds.NextTeam(), Guid.NewGuid(), new TaskCompletionSource());
        var sink = new RecordingSink { OnApply = (_, ct) => gate.Task.WaitAsync(ct) };
        await using var silos = await TestSilos.StartAsync(Database, count: 3, sink: sink);
        var group = await EnqueueUnseenAsync(team, run, batches: 3, final: true);

        var first = await StartEverywhereAsync(silos, team, group);
        var second = await StartEverywhereAsync(silos, team, group);

        Assert.Equal([StartResult.Started, StartResult.LockHeldElsewhere, StartResult.LockHeldElsewhere], first.Order());
        Assert.Equal(first.IndexOf(StartResult.Started), second.IndexOf(StartResult.AlreadyRunning));
        Assert.Equal(2, second.Count(r => r == StartResult.LockHeldElsewhere));
        gate.SetResult();
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal([1L, 2L, 3L], sink.Applied.Select(a => a.Batch.Seq));
        Assert.Single(sink.Applied.Select(a => a.FencingToken).Distinct());
    }

    [Fact]
    public async Task Starts_on_all_silos_at_once_again_and_again_apply_every_batch_once_and_in_order()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var (sink, inside, overlaps) = (new RecordingSink(), 0, 0);
        sink.OnApply = async (_, ct) =>
        {
            overlaps += Interlocked.Increment(ref inside) - 1;
            await Task.Delay(1, ct);
            Interlocked.Decrement(ref inside);
        };
        await using var silos = await TestSilos.StartAsync(Database, count: 3, sink: sink);
        var group = await EnqueueUnseenAsync(team, run, batches: 1);

        for (var index = 1; index < 60; index++)
        {
            await Task.WhenAll(
                Database.EnqueueAsync(team, "s", run, index, final: index == 59),
                StartEverywhereAsync(silos, team, group),
                StartEverywhereAsync(silos, team, group));
        }

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal(0, overlaps);
        Assert.Equal(Enumerable.Range(1, 60).Select(n => (long)n), sink.Applied.Select(a => a.Batch.Seq));
    }

    [Fact]
    public async Task A_second_activation_on_one_silo_stays_out_while_the_first_ones_deaf_sink_works()
    {
        var (team, run, deaf) = (TestIds.NextTeam(), Guid.NewGuid(), new TaskCompletionSource());
        var sink = new RecordingSink();
        sink.OnApply = (_, _) => sink.Applied.Count == 1 ? deaf.Task : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        var group = await EnqueueUnseenAsync(team, run, batches: 1, final: true);
        Assert.Equal([StartResult.Started], await StartEverywhereAsync(silos, team, group));
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");

        // The activation leaves although its sink does not, and calls find a new activation.
        await silos.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        await Eventually.UntilAsync(
            async () => (await StartEverywhereAsync(silos, team, group))[0] == StartResult.LockHeldElsewhere,
            _soon, "there is a second activation");
        Assert.Single(sink.Applied);
        deaf.SetResult();

        // The deaf sink's work counts, because its lock was never lost. Lock, session and slot come back with the sink's return.
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        await Eventually.UntilAsync(
            async () => (await StartEverywhereAsync(silos, team, group))[0] == StartResult.Started,
            _soon, "the lock is free once the sink has returned");
        Assert.Single(sink.Applied);
        var slots = silos.Handles[0].SiloHost.Services.GetRequiredService<GroupSlots>();
        await Eventually.EqualsAsync(0, () => Task.FromResult(slots.Taken), _soon, "the slots come back");
    }

    // Only the test's own calls start the group.
    private async Task<int> EnqueueUnseenAsync(long team, Guid run, int batches, bool final = false)
    {
        await using var connection = await Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.InsertWakeupsAsync(team, "s");
        for (var index = 0; index < batches; index++)
        {
            await connection.ScalarAsync<long>(
                """
                SELECT orleans_batch.enqueue(team_id => $1, schema_id => 's', run_id => $2, batch_index => $3, path => 'x', is_final => $4)
                """,
                team, run, index, final && index == batches - 1);
        }

        await connection.DeleteWakeupsAsync(team);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return await Database.GroupIdAsync(team, "s");
    }

    private static async Task<List<StartResult>> StartEverywhereAsync(TestSilos silos, long team, int group) =>
        [.. await Task.WhenAll(silos.Handles.Select(silo => StartOnAsync(silo, team, group)))];

    // A call from a silo's own services stays on that silo, as its poller's calls do.
    private static async Task<StartResult> StartOnAsync(InProcessSiloHandle silo, long team, int group)
    {
        var grain = silo.SiloHost.Services.GetRequiredService<IGrainFactory>().GetGrain<IGroupGrain>(team, $"{RecordingSink.Name}/s");
        while (true)
        {
            try
            {
                return await grain.TryStartAsync(group, TestContext.Current.CancellationToken);
            }
            catch (OrleansException)
            {
                // A call that meets a leaving activation may be rejected. The poller tries again as well.
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }
}
