using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G9 in a running silo, whose health follows a clock that the test turns.
public sealed class LivenessTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly OrleansBatchOptions _options = new();

    [Fact]
    public async Task A_database_that_is_away_for_long_turns_readiness_red_and_liveness_never()
    {
        await using var silos = await StartAsync();
        var health = Health(silos);
        await ReadyAsync(health);

        await AllowConnectionsAsync(false);
        for (var minute = 0; minute < 4; minute++)
        {
            var failed = health.FailedInARow;
            _time.Advance(_options.PollOverdueAfter - TimeSpan.FromSeconds(1));
            await Eventually.UntilAsync(() => Task.FromResult(health.FailedInARow > failed), _soon, "the next poll fails");
            Assert.Empty(health.LivenessProblems());
            Assert.Single(health.ReadinessProblems());
        }

        await AllowConnectionsAsync(true);
        await ReadyAsync(health);
    }

    [Fact]
    public async Task A_poll_that_never_returns_turns_liveness_red()
    {
        var hang = new Hang();
        await using var silos = await StartAsync(silo => silo.AddIncomingGrainCallFilter(hang));
        var health = Health(silos);
        await ReadyAsync(health);

        hang.On();
        try
        {
            await hang.Begun.WaitAsync(_soon, TestContext.Current.CancellationToken);
            _time.Advance(_options.PollOverdueAfter + TimeSpan.FromSeconds(1));

            Assert.Contains("The poll loop has not turned", Assert.Single(health.LivenessProblems()), StringComparison.Ordinal);
        }
        finally
        {
            hang.Off();
        }
    }

    [Fact]
    public async Task A_heartbeat_is_overdue_until_its_timer_runs_whatever_the_database_answers()
    {
        var sink = new RecordingSink();
        var blocked = new TaskCompletionSource();
        sink.OnApply = (_, _) => blocked.Task;
        await using var silos = await StartAsync(sink: sink, beat: TimeSpan.FromSeconds(1));
        await Database.EnqueueAsync(TestIds.NextTeam(), "s", Guid.NewGuid(), 0);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");
        await AllowConnectionsAsync(false);
        var health = Health(silos);
        try
        {
            // The session is gone, so that every beat fails, while the timer runs all the same.
            _time.Advance(_options.LockLifetime + TimeSpan.FromSeconds(1));
            Assert.Contains("the heartbeat has not run", Assert.Single(health.LivenessProblems()), StringComparison.Ordinal);
            await Eventually.UntilAsync(() => Task.FromResult(health.LivenessProblems().Count == 0), _soon, "the heartbeat runs");
        }
        finally
        {
            blocked.SetResult();
            await AllowConnectionsAsync(true);
        }
    }

    private static EngineHealth Health(TestSilos silos) => silos.Handles[0].ServiceProvider.GetRequiredService<EngineHealth>();

    private static Task ReadyAsync(EngineHealth health) =>
        Eventually.UntilAsync(() => Task.FromResult(health.ReadinessProblems().Count == 0), _soon, "the silo is ready");

    private Task<TestSilos> StartAsync(Action<ISiloBuilder>? add = null, RecordingSink? sink = null, TimeSpan? beat = null) =>
        TestSilos.StartAsync(
            Database,
            sink: sink,
            configure: o => o.HeartbeatPeriod = beat ?? o.HeartbeatPeriod,
            add: silo =>
            {
                silo.Services.AddSingleton(new EngineHealth(_time, Options.Create(_options)));
                add?.Invoke(silo);
            });

    private async Task AllowConnectionsAsync(bool allow)
    {
        var name = new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database!;
        await Sql.ScalarAsync<int>(
            Postgres.ServerConnectionString,
            $"""
            ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allow};
            SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity WHERE datname = '{name}' AND NOT {allow}
            """);
    }

    // The filter stands for any call that may never come back inside a poll.
    private sealed class Hang : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _begun = new();
        private readonly TaskCompletionSource _end = new();
        private volatile bool _on;

        public Task Begun => _begun.Task;

        public void On() => _on = true;

        public void Off()
        {
            _on = false;
            _end.TrySetResult();
        }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (_on && context.ImplementationMethod.Name == nameof(IPollerGrain.PollAsync))
            {
                _begun.TrySetResult();
                await _end.Task;
            }

            await context.Invoke();
        }
    }
}
