using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// A sink that fails while its session ends says nothing about the batch.
// No hook hears of a failed run, because the next owner applies the batch.
public sealed class FailedOrLostTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Retried = 102;
    private const int Failed = 103;

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    public static TheoryData<string, string> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, string>();
            foreach (var loss in new[] { "ended", "cut" })
            {
                foreach (var sink in new[] { "asks", "wraps", "fails", "refuses" })
                {
                    kinds.Add(loss, sink);
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_sink_that_fails_while_its_session_ends_fails_no_run(string loss, string sink)
    {
        await using var silo = await LossySilo.StartAsync(Database);
        silo.Order(_team, async (context, ct) =>
        {
            if (silo.AppliedTo(_team).Count() == 1)
            {
                await LoseAsync(silo, loss);
                await FailAsync(sink, context, ct);
            }
        });

        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await silo.AssertOnceAsync(_team, _run, losses: 1);

        Assert.Empty(silo.Log.Of(Failed));
        Assert.Empty(silo.Log.Of(Retried));
        Assert.All(silo.Sink.Ended.Where(e => e.Group.TeamId == _team), e => Assert.Equal(RunEnd.Sealed, e.End));
    }

    [Fact]
    public async Task A_sink_that_fails_in_a_session_that_lives_fails_its_run_as_before()
    {
        await using var silo = await LossySilo.StartAsync(Database);
        silo.Order(_team, (_, _) => throw new InvalidOperationException("The file is bad."));

        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await Eventually.EqualsAsync(
            "failed", () => Database.RunStateAsync(_run, RecordingSink.Name), TimeSpan.FromSeconds(30), "the run fails");
        await Eventually.EqualsAsync(1, () => Task.FromResult(silo.Log.Of(Failed).Count), TimeSpan.FromSeconds(30), "it is logged");
        Assert.Equal(RunEnd.Failed, Assert.Single(silo.Sink.Ended, e => e.Group.TeamId == _team).End);
    }

    private async Task LoseAsync(LossySilo silo, string loss)
    {
        var owner = await silo.OwnerAsync(_team);
        await silo.LoseAsync(loss == "ended" ? Loss.Ended : Loss.Reset, owner);
    }

    // Sinks answer a loss in three ways: they pass the exception on, wrap it, or fail with another error.
    private static async Task FailAsync(string sink, BatchContext context, CancellationToken ct)
    {
        switch (sink)
        {
            case "asks":
                await context.EnsureOwnedAsync(ct);
                break;
            case "wraps":
                try
                {
                    await context.EnsureOwnedAsync(ct);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException("It could not be written.", e);
                }

                break;
            case "fails":
                throw new InvalidOperationException("It could not be written.");
            default:
                throw new PermanentBatchException("The file is bad.");
        }
    }
}
