using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// A session is lost in one of the statements of a group that is in order.
// Lock, epoch and claim are one round trip, and so are the advance, the release and the unlock.
public sealed class WindowLossTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task A_loss_behind_the_lock_counts_nothing_and_the_group_starts_anew()
    {
        await using var silo = await LossySilo.StartAsync(Database);
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), _soon, "the first batch is applied");
        await silo.ReleasedAsync(_team);
        await using (var staged = await HoldCursorAsync())
        {
            await Database.EnqueueAsync(_team, "s", _run, 1, final: true);
            await silo.EndWhoWaitsInAsync("own_window");
            await staged.RollbackAsync();
        }

        await silo.AssertOnceAsync(_team, _run, losses: 0);
        Assert.Equal(2, silo.AppliedTo(_team).Count());
    }

    [Fact]
    public async Task A_loss_before_the_advance_commits_has_the_batch_applied_again()
    {
        var ends = 0;
        await using var silo = await LossySilo.StartAsync(Database, LongHeartbeat);
        silo.Order(_team, async (_, _) =>
        {
            if (silo.AppliedTo(_team).Count() == 1)
            {
                _ = EndAsync(await HoldCursorAsync());
            }
        });
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await Eventually.EqualsAsync(1, () => Task.FromResult(ends), _soon, "the advance was hit");
        await silo.AssertOnceAsync(_team, _run, losses: 1);
        Assert.Equal(2, silo.AppliedTo(_team).Count());

        async Task EndAsync(StagedSession staged)
        {
            await using (staged)
            {
                await silo.EndWhoWaitsInAsync("advance_window");
                ends++;
            }
        }
    }

    [Fact]
    public async Task A_loss_after_the_advance_committed_does_not_apply_the_batch_again()
    {
        await using var silo = await LossySilo.StartAsync(Database, LongHeartbeat);
        silo.Order(_team, async (_, _) => _ = LoseTheAnswerAsync(await HoldCursorAsync()));
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await silo.AssertOnceAsync(_team, _run, losses: 0);
        Assert.Single(silo.AppliedTo(_team));
        Assert.Equal(0L, await Database.WakeupsAsync(_team));

        async Task LoseTheAnswerAsync(StagedSession staged)
        {
            await using (staged)
            {
                var port = await silo.PortOfWhoWaitsInAsync("advance_window");
                silo.Proxy.Freeze(port);
                await staged.RollbackAsync();
                await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "it is committed");
                silo.Proxy.Close(port);
            }
        }
    }

    // The heartbeat is long, so that no beat meets the locked cursor before the advance does.
    private static void LongHeartbeat(Grains.Options.OrleansBatchOptions options) =>
        (options.IdleTimeout, options.HeartbeatPeriod) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1.4));

    private Task<StagedSession> HoldCursorAsync() => StagedSession.HoldCursorAsync(Database, _team);
}
