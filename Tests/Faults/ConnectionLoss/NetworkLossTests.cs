using System.Collections.Concurrent;
using Npgsql;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// F-06: all connections of a silo are cut, reset or half-open at once, with all slots at work.
public sealed class NetworkLossTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Groups = 16;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _idleTimeout = TimeSpan.FromSeconds(3);

    private readonly long _team = TestIds.NextTeam();
    private readonly List<Guid> _runs = [.. Enumerable.Range(0, Groups).Select(_ => Guid.NewGuid())];
    private readonly ConcurrentDictionary<string, TimeSpan> _cancelled = new();

    [Theory]
    [InlineData(Loss.Reset)]
    [InlineData(Loss.HalfOpen)]
    public async Task A_silo_that_loses_all_its_connections_loses_no_batch_and_works_on(Loss loss)
    {
        var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        await using var proxy = new FaultProxy(server.Host!, server.Port);
        var through = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = proxy.Port };
        var lostAt = 0L;
        var sink = new RecordingSink
        {
            OnApply = async (context, ct) =>
            {
                var schema = context.Batch.Group.SchemaId;
                if (!_cancelled.ContainsKey(schema))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    _cancelled[schema] = TimeProvider.System.GetElapsedTime(lostAt);
                    ct.ThrowIfCancellationRequested();
                }
            },
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, through: through.ConnectionString, configure: o =>
        {
            o.StatementTimeout = TimeSpan.FromSeconds(2);
            o.IdleTimeout = _idleTimeout;
            o.HeartbeatPeriod = TimeSpan.FromMilliseconds(500);
            o.MaxAttempts = 1;
        });
        foreach (var (run, group) in _runs.Select((r, g) => (r, g)))
        {
            await Database.EnqueueAsync(_team, $"s{group}", run, 0, final: true);
        }

        await Eventually.EqualsAsync(Groups, () => Task.FromResult(sink.Applied.Count), _soon, "all slots work");
        lostAt = TimeProvider.System.GetTimestamp();
        if (loss == Loss.Reset)
        {
            proxy.Cut();
        }
        else
        {
            proxy.Freeze();
        }

        await Eventually.EqualsAsync(Groups, () => Task.FromResult(_cancelled.Count), _soon, "every sink is cancelled");
        var latest = _cancelled.Values.Max();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{loss}: the last of {Groups} sinks was cancelled after {latest.TotalSeconds:0.00} s");
        proxy.Heal();

        foreach (var run in _runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        }

        // The sinks are cancelled before the server could have given the locks to others.
        Assert.True(latest < _idleTimeout, $"The last sink was cancelled after {latest}.");
        Assert.All(sink.Applied, b => Assert.Equal(1, b.Attempt));
        var outcomes = await Database.RowsAsync(
            "SELECT outcome, count(*) FROM orleans_batch.batch_attempt WHERE attempt = 1 GROUP BY 1",
            r => (Outcome: r.GetString(0), Batches: r.GetInt64(1)));
        Assert.Equal(Groups, outcomes.Single(o => o.Outcome == "succeeded").Batches);

        // An owner whose session outlives the frozen network gives its claim back, and that is no loss.
        Assert.InRange(outcomes.SingleOrDefault(o => o.Outcome == "lost").Batches, loss == Loss.Reset ? Groups : 0, Groups);
        Assert.DoesNotContain(outcomes, o => o.Outcome is not ("lost" or "succeeded" or "drained"));
        await Eventually.UntilAsync(
            async () => await Database.ScalarAsync<long>(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name ~ '^orleans-batch-(group|poller|recovery)@'
                """) is > 0 and <= Groups + 2,
            _soon,
            "no connection is leaked");
    }
}
