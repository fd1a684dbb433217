using Npgsql;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// The server has no connection left for the groups, which wait. The silo asks at a bounded rate and goes on by itself.
public sealed class ConnectionLimitTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Groups = 40;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_silo_that_gets_no_session_asks_at_a_bounded_rate_and_goes_on_when_it_does()
    {
        var team = TestIds.NextTeam();
        var sink = new RecordingSink();
        var role = $"limited_{Environment.ProcessId}_{team}";
        await Database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{role}' IN ROLE CURRENT_USER");
        var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        await using (var proxy = new FaultProxy(server.Host!, server.Port))
        {
            var through = new NpgsqlConnectionStringBuilder(server.ConnectionString)
            {
                Host = "127.0.0.1", Port = proxy.Port, Username = role, Password = role,
            };
            await using var silos = await TestSilos.StartAsync(
                Database, sink: sink, through: through.ConnectionString, configure: o => o.SweepPeriod = TimeSpan.FromHours(1));
            await Eventually.UntilAsync(() => PollsAsync(role), _soon, "the poller has its connection");

            // Connections that are there stay, and none is added.
            await Database.ExecuteAsync($"ALTER ROLE {role} CONNECTION LIMIT 1");
            var runs = Enumerable.Range(0, Groups).Select(_ => Guid.NewGuid()).ToList();
            foreach (var (run, group) in runs.Select((r, g) => (r, g)))
            {
                await Database.EnqueueAsync(team, $"s{group}", run, 0, final: true);
            }

            await Eventually.UntilAsync(() => Task.FromResult(proxy.Accepted > 4), _soon, "the silo tries to open sessions");
            var (before, start) = (proxy.Accepted, TimeProvider.System.GetTimestamp());

            // Each of these commits wakes the poller.
            for (var index = 0; index < 30; index++)
            {
                await Database.EnqueueAsync(team, $"more{index}", Guid.NewGuid(), 0);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
            }

            var (tries, seconds) = (proxy.Accepted - before, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
            TestContext.Current.TestOutputHelper?.WriteLine($"{tries} tries in {seconds:0.0} s with {Groups}+ groups waiting");
            Assert.Empty(sink.Applied);

            // 16 of the first pass may still be on their way. After that comes one at a time, because the pauses are 0.1 s and more.
            Assert.InRange(tries, 1, 16 + (int)(seconds * 4));
            await Database.ExecuteAsync($"ALTER ROLE {role} CONNECTION LIMIT -1");

            foreach (var run in runs)
            {
                await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
            }

            Assert.All(sink.Applied, b => Assert.Equal(1, b.Attempt));
            Assert.Equal(0L, await Database.ScalarAsync<long>(
                "SELECT count(*) FROM orleans_batch.batch_attempt WHERE outcome <> 'succeeded'"));
        }

        await Eventually.UntilAsync(
            async () => await Record.ExceptionAsync(() => Database.ExecuteAsync($"DROP ROLE {role}")) is null, _soon, "the role is gone");
    }

    private Task<bool> PollsAsync(string role) => Database.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = $1 AND application_name LIKE 'orleans-batch-poller@%')", role);
}
