using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// The session is lost while the sink works: ended by the server, reset by the network, or half-open without a word.
public sealed class SinkWorkLossTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData(Loss.Ended)]
    [InlineData(Loss.Reset)]
    [InlineData(Loss.HalfOpen)]
    public async Task A_loss_in_the_sinks_work_cancels_it_and_the_batch_is_applied_again(Loss loss)
    {
        await using var silo = await LossySilo.StartAsync(Database);
        var cancelled = new TaskCompletionSource();
        silo.Order(_team, async (_, ct) =>
        {
            if (silo.AppliedTo(_team).Count() == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ContinueWith(_ => cancelled.SetResult(), TaskScheduler.Default);
            }
        });
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(silo.AppliedTo(_team).Count()), _soon, "the batch is taken up");
        await silo.LoseAsync(loss, await silo.OwnerAsync(_team));

        await cancelled.Task.WaitAsync(_soon, TestContext.Current.CancellationToken);
        await silo.AssertOnceAsync(_team, _run, losses: 1);
        var tokens = silo.AppliedTo(_team).Select(b => b.FencingToken).ToList();
        Assert.Equal(2, tokens.Count);
        Assert.True(tokens[1] > tokens[0]);
    }

    // The sink's write would come long after the server ended the session. No write comes, although nobody else has the group yet.
    [Fact]
    public async Task A_deaf_sinks_success_after_the_loss_is_not_written()
    {
        await using var silo = await LossySilo.StartAsync(Database);
        var deaf = new TaskCompletionSource();
        silo.Order(_team, (_, _) => silo.AppliedTo(_team).Count() == 1 ? deaf.Task : Task.CompletedTask);
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(silo.AppliedTo(_team).Count()), _soon, "the batch is taken up");
        var owner = await silo.OwnerAsync(_team);
        await silo.LoseAsync(Loss.HalfOpen, owner);
        await Eventually.EqualsAsync(
            0L,
            () => Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", owner.Pid),
            _soon,
            "the server ends it");
        Assert.Equal("waiting", await Database.RunStateAsync(_run, RecordingSink.Name));

        silo.Proxy.Heal();
        deaf.SetResult();

        await silo.AssertOnceAsync(_team, _run, losses: 1);
        Assert.Equal(2, silo.AppliedTo(_team).Count());
    }
}
