using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// The recovery's connection is lost in a sweep. The lock goes with the connection, and the sweep comes again by itself.
public sealed class SweepLossTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Theory]
    [InlineData(Loss.Ended)]
    [InlineData(Loss.Reset)]
    public async Task A_loss_in_a_sweep_gives_its_lock_back_and_the_next_one_mends(Loss loss)
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await using var staged = await StagedSession.BeginAsync(Database);
        await staged.ExecuteAsync("SELECT pg_advisory_xact_lock(1329725439, 1)");
        await using var silo = await LossySilo.StartAsync(Database, o => o.SweepPeriod = TimeSpan.FromSeconds(2));
        if (loss == Loss.Ended)
        {
            await silo.EndWhoWaitsInAsync("ensure_partitions");
        }
        else
        {
            await silo.LoseAsync(loss, (0, await silo.PortOfWhoWaitsInAsync("ensure_partitions")));
        }

        // The group has no wakeup from the beginning, and only a sweep finds it.
        await staged.Connection.InsertWakeupsAsync(team, "s");
        await staged.EnqueueAsync(team, "s", run, 0, final: true);
        await staged.Connection.DeleteWakeupsAsync(team);
        await staged.CommitAsync();

        await silo.AssertOnceAsync(team, run, losses: 0);
        await silo.ConnectionAsync(SessionRole.Recovery);
    }
}
