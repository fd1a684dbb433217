using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// The poller's connection is lost in a query and while it listens. No group notices, and the next poll has a new connection.
public sealed class PollerLossTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData(Loss.Ended)]
    [InlineData(Loss.Reset)]
    [InlineData(Loss.HalfOpen)]
    public async Task A_loss_in_a_poll_is_followed_by_polls_on_a_new_connection(Loss loss)
    {
        await using var silo = await LossySilo.StartAsync(Database);
        var before = await silo.ConnectionAsync(SessionRole.Poller);
        await using (var staged = await StagedSession.BeginAsync(Database))
        {
            await staged.ExecuteAsync("LOCK TABLE orleans_batch.parked IN ACCESS EXCLUSIVE MODE");
            if (loss == Loss.Ended)
            {
                await silo.EndWhoWaitsInAsync("candidates");
            }
            else
            {
                await silo.LoseAsync(loss, (0, await silo.PortOfWhoWaitsInAsync("candidates")));
            }
        }

        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await silo.AssertOnceAsync(_team, _run, losses: 0);
        Assert.NotEqual(before.Pid, (await silo.ConnectionAsync(SessionRole.Poller)).Pid);
    }

    [Theory]
    [InlineData(Loss.Ended)]
    [InlineData(Loss.Reset)]
    [InlineData(Loss.HalfOpen)]
    public async Task A_loss_while_listening_is_noticed_and_the_new_connection_listens(Loss loss)
    {
        await using var silo = await LossySilo.StartAsync(Database);
        await silo.LoseAsync(loss, await silo.ConnectionAsync(SessionRole.Poller));
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Eventually.UntilAsync(
            () => Task.FromResult(silo.AppliedTo(_team).Any()), TimeSpan.FromSeconds(40), "the silo polls again");
        await silo.AssertNothingLeakedAsync();

        // In its second call the poller waits for far longer than its session may be silent. Only a notification ends that wait in order.
        // The first call takes note of the slot that came free.
        var poller = silo.Client.GetGrain<IPollerGrain>(0);
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), TimeSpan.FromSeconds(40), "the group is drained");
        await silo.ReleasedAsync(_team);
        await poller.PollAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        var poll = poller.PollAsync(TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        await Eventually.UntilAsync(
            async () =>
            {
                await Database.ExecuteAsync("SELECT pg_notify('orleans_batch_wakeup', '')");
                return poll.IsCompleted;
            },
            TimeSpan.FromSeconds(20),
            "a notification reaches the new connection");
        await poll;
        await Database.EnqueueAsync(_team, "s", _run, 1, final: true);
        await silo.AssertOnceAsync(_team, _run, losses: 0);
    }
}
