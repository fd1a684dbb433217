using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A sink that ignores its cancellation keeps its thread. Status, doctor and liveness say which silo must be restarted, and why.
public sealed class HungSinkTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly OrleansBatchOptions _options = new() { Slots = 1, SiloName = "silo-h" };

    [Fact]
    public async Task A_silo_whose_every_thread_hangs_after_an_evict_is_named_until_the_sink_returns()
    {
        var (team, returns) = (TestIds.NextTeam(), new TaskCompletionSource());
        var sink = new RecordingSink { OnApply = (_, _) => returns.Task };
        await using var silos = await TestSilos.StartAsync(
            Database, sink: sink, configure: o => (o.Slots, o.SiloName) = (1, "silo-h"),
            add: silo => silo.Services.AddSingleton(new EngineHealth(_time, Options.Create(_options))));
        var health = silos.Handles[0].ServiceProvider.GetRequiredService<EngineHealth>();
        await Database.EnqueueAsync(team, "s", Guid.NewGuid(), 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");
        Assert.Empty(await HungAsync());

        Assert.NotNull(await Database.ScalarAsync<int?>(
            "SELECT orleans_batch.evict(team_id => $1, schema_id => 's', sink => 'recording', who => 'ann', why => 'It hangs.')", team));
        try
        {
            await Eventually.UntilAsync(
                () => Task.FromResult(health.HungCalls().Count == 0 && sink.Applied.Count == 1 && IsCancelled(health)), _soon,
                "the sink is cancelled, and has a moment to return");
            Assert.Empty(health.LivenessProblems());
            _time.Advance(TimeSpan.FromSeconds(11));

            await Eventually.EqualsAsync(1, async () => (await HungAsync()).Count, _soon, "doctor names the silo");
            var (severity, message, remedy) = (await HungAsync())[0];
            Assert.Equal("error", severity);
            Assert.Matches(
                $"^Silo silo-h .* must be restarted: sink recording was cancelled in 1 of its 1 slots and does not return, "
                    + $".* in group {team}/s[.] No other",
                message);
            Assert.StartsWith("Restart silo silo-h (process ", remedy, StringComparison.Ordinal);
            Assert.Equal(
                "waiting Silo silo-h hangs in a call for this group that was cancelled and does not return: restart that silo.",
                await Database.ScalarAsync<string>(
                    "SELECT state || ' ' || last_error FROM orleans_batch.group_status WHERE team_id = $1", team));
            Assert.StartsWith(
                "Silo silo-h must be restarted: all its 1 slots hang in calls of sinks", Assert.Single(health.LivenessProblems()),
                StringComparison.Ordinal);
        }
        finally
        {
            returns.SetResult();
        }

        await Eventually.EqualsAsync(0, async () => (await HungAsync()).Count, _soon, "nothing hangs any more");
        Assert.Empty(health.LivenessProblems());
    }

    private static bool IsCancelled(EngineHealth health) => health.CancelledCalls > 0;

    private Task<List<(string Severity, string Message, string Remedy)>> HungAsync() => Database.RowsAsync(
        "SELECT severity, message, remedy FROM orleans_batch.doctor() WHERE code = 'silo_hung'",
        r => (r.GetString(0), r.GetString(1), r.GetString(2)));
}
