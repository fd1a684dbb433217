using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Tests.Unit;

// G9: a stall turns liveness red, an absent database turns readiness red, and never the other way round.
public sealed class EngineHealthTests
{
    private static readonly GroupKey _group = new(7, "orders");

    private readonly FakeTimeProvider _time = new();
    private readonly OrleansBatchOptions _options = new();
    private readonly EngineHealth _health;

    public EngineHealthTests() => _health = new EngineHealth(_time, Options.Create(_options));

    [Fact]
    public void A_poll_loop_that_does_not_turn_is_overdue()
    {
        _health.PollLoopBegan();
        Pass(_options.PollOverdueAfter);
        Assert.Empty(_health.LivenessProblems());

        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(
            ["The poll loop has not turned for 00:01:01, longer than PollOverdueAfter, 00:01:00."], _health.LivenessProblems());
    }

    [Fact]
    public void A_poll_that_fails_is_a_turn_all_the_same()
    {
        _health.PollLoopBegan();
        for (var minutes = 0; minutes < 60; minutes++)
        {
            Pass(TimeSpan.FromMinutes(1));
            _health.PollTurned(succeeded: false);

            Assert.Empty(_health.LivenessProblems());
        }

        Assert.Equal(["The silo is starting: its polls of the database have failed until now."], _health.ReadinessProblems());
        Assert.Equal(60, _health.FailedInARow);
    }

    [Fact]
    public void A_call_that_was_cancelled_and_does_not_return_hangs_after_a_moment_and_asks_for_a_restart_after_five_minutes()
    {
        using var call = _health.BatchStarted(_group, "duckdb");
        Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(_health.HungCalls());

        call.Cancelled();
        Pass(TimeSpan.FromSeconds(11));
        call.Cancelled();
        Assert.Equal([new HungCall(_group, "duckdb", TimeSpan.FromSeconds(11))], _health.HungCalls());
        Assert.Empty(_health.LivenessProblems());

        Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(
            [
                $"Silo {_options.SiloName} must be restarted: group 7/orders, sink duckdb: "
                    + "the sink was cancelled 00:05:11 ago and does not return.",
            ],
            _health.LivenessProblems());

        call.Dispose();
        Assert.Empty(_health.HungCalls());
        Assert.Empty(_health.LivenessProblems());
    }

    [Fact]
    public void A_silo_whose_every_slot_hangs_asks_for_a_restart_at_once()
    {
        var calls = Enumerable.Range(0, _options.Slots).Select(n => _health.BatchStarted(new GroupKey(7, $"{n}"), "duckdb")).ToList();
        calls.Skip(1).ToList().ForEach(c => c.Cancelled());
        Pass(TimeSpan.FromSeconds(11));
        Assert.Empty(_health.LivenessProblems());

        calls[0].Cancelled();
        Pass(TimeSpan.FromSeconds(11));

        Assert.StartsWith(
            $"Silo {_options.SiloName} must be restarted: all its 16 slots hang in calls of sinks that were cancelled and do not return, "
            + "the longest for 00:00:22 (group 7/", Assert.Single(_health.LivenessProblems()), StringComparison.Ordinal);
    }

    [Fact]
    public void Sinks_that_hang_while_the_database_is_away_ask_for_no_restart_before_it_is_back()
    {
        _health.PollTurned(succeeded: true);
        var calls = Enumerable.Range(0, _options.Slots).Select(n => _health.BatchStarted(new GroupKey(7, $"{n}"), "probe")).ToList();
        calls.ForEach(c => c.Cancelled());
        _health.PollTurned(succeeded: false);
        Pass(TimeSpan.FromSeconds(11));
        Assert.Empty(_health.LivenessProblems());

        _health.PollTurned(succeeded: true);

        Assert.Single(_health.LivenessProblems());
    }

    [Fact]
    public void A_silo_is_not_late_before_its_poll_loop_begins_nor_while_it_drains()
    {
        Pass(TimeSpan.FromDays(1));
        Assert.Empty(_health.LivenessProblems());

        _health.PollLoopBegan();
        _health.Leaving();
        Pass(TimeSpan.FromDays(1));
        Assert.Empty(_health.LivenessProblems());
    }

    [Fact]
    public void A_heartbeat_that_does_not_run_is_overdue_after_the_lock_lifetime()
    {
        using var heartbeat = _health.HeartbeatStarted(_group, "duckdb");
        Pass(_options.LockLifetime);
        heartbeat.Sign();
        Pass(_options.LockLifetime);
        Assert.Empty(_health.LivenessProblems());

        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(
            ["Group 7/orders, sink duckdb: the heartbeat has not run for 00:00:16, longer than the lock lifetime, 00:00:15."],
            _health.LivenessProblems());
    }

    [Fact]
    public void A_batch_that_runs_too_long_is_stuck_although_the_heartbeat_goes_on()
    {
        using var batch = _health.BatchStarted(_group, "duckdb");
        using var heartbeat = _health.HeartbeatStarted(_group, "duckdb");
        Pass(_options.StuckBatchAfter);
        heartbeat.Sign();
        Assert.Empty(_health.LivenessProblems());

        Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(
            ["Group 7/orders, sink duckdb: a batch has been running for 02:00:05, longer than StuckBatchAfter, 02:00:00."],
            _health.LivenessProblems());
    }

    [Fact]
    public void What_has_ended_is_looked_at_no_more_and_what_else_runs_in_its_group_still_is()
    {
        var (first, second) = (_health.BatchStarted(_group, "duckdb"), _health.BatchStarted(_group, "duckdb"));
        Pass(_options.StuckBatchAfter + TimeSpan.FromSeconds(1));

        first.Dispose();
        Assert.Single(_health.LivenessProblems());

        second.Dispose();
        Assert.Empty(_health.LivenessProblems());
    }

    [Fact]
    public void A_silo_is_ready_between_its_first_successful_poll_and_its_drain_while_the_database_answers()
    {
        Assert.Equal(["The silo is starting."], _health.ReadinessProblems());
        _health.PollLoopBegan();
        Assert.Equal(["The silo is starting."], _health.ReadinessProblems());

        _health.PollTurned(succeeded: true);
        Assert.Empty(_health.ReadinessProblems());

        Pass(TimeSpan.FromSeconds(6));
        _health.PollTurned(succeeded: false);
        Assert.Empty(_health.ReadinessProblems());
        Pass(TimeSpan.FromSeconds(5));
        _health.PollTurned(succeeded: false);
        Assert.Equal(["No poll of the database has succeeded for 00:00:11."], _health.ReadinessProblems());

        _health.PollTurned(succeeded: true);
        Assert.Empty(_health.ReadinessProblems());
        _health.Leaving();
        Assert.Equal(["The silo is draining."], _health.ReadinessProblems());
    }

    [Fact]
    public void The_poll_age_grows_until_a_poll_succeeds()
    {
        Assert.Null(_health.PollAge);
        _health.PollLoopBegan();
        Pass(TimeSpan.FromSeconds(3));
        _health.PollTurned(succeeded: false);
        Assert.Equal((TimeSpan.FromSeconds(3), 1), (_health.PollAge, _health.FailedInARow));

        _health.PollTurned(succeeded: true);
        Assert.Equal((TimeSpan.Zero, 0), (_health.PollAge, _health.FailedInARow));
    }

    private void Pass(TimeSpan time) => _time.Advance(time);
}
