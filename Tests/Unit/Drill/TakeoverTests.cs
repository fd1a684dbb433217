using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Checks;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Drill.Takeovers;

namespace OrleansBatch.Tests.Unit.Drill;

// Silo 1 is killed at second 0 of the fake clock. Silos 2 and 3 may take over.
public sealed class TakeoverTests
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(15);

    private static readonly DateTimeOffset _zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly GroupKey _group = new(7, "orders");

    private readonly FakeTimeProvider _time = new(_zero);

    private readonly Timeline _timeline;

    public TakeoverTests() => _timeline = new Timeline(_time);

    [Fact]
    public void A_takeover_lasts_until_the_next_owner_s_epoch() => Assert.Equal(0.8, Measured(0.8)!.Value, 3);

    [Fact]
    public void A_slow_takeover_breaks_the_promise()
    {
        var slow = Assert.Single(MeasureOf(2.5).Report([Orphan(FaultKind.Kill)], _lifetime));

        Assert.Equal(
            "after kill the 99th percentile is 2.50 s, over 2.0 s; the slowest: 7/orders",
            Assert.Single(TakeoverMeasure.Check([slow]).Broken).Seen);
    }

    [Fact]
    public void A_frozen_owner_has_the_lifetime_and_two_seconds()
    {
        var report = Assert.Single(MeasureOf(16.9).Report([Orphan(FaultKind.Freeze)], _lifetime));

        Assert.Equal(17, report.Bound);
        Assert.Empty(TakeoverMeasure.Check([report]).Broken);
    }

    [Fact]
    public void How_soon_groups_go_on_after_a_restart_is_measured_and_not_promised()
    {
        var report = Assert.Single(MeasureOf(60).Report([Orphan(FaultKind.Restart)], _lifetime));

        Assert.Equal((60.0, null), (Math.Round(report.Max, 3), report.Bound));
        Assert.Empty(TakeoverMeasure.Check([report]).Broken);
    }

    [Fact]
    public void How_soon_groups_go_on_after_all_hosts_lost_their_power_is_measured_though_no_silo_was_undisturbed()
    {
        Disturb(silo: 2, from: 0, to: 20);
        Disturb(silo: 3, from: 0, to: 20);

        var report = Assert.Single(MeasureOf(25).Report([Orphan(FaultKind.Outage)], _lifetime));

        Assert.Equal((25.0, null), (Math.Round(report.Max, 3), report.Bound));
    }

    [Fact]
    public void A_takeover_while_no_single_other_silo_was_undisturbed_is_left_out()
    {
        Disturb(silo: 2, from: 0, to: 1);
        Disturb(silo: 3, from: 1, to: 5);

        Assert.Equal("no undisturbed silo", LeftOut(1.5));
    }

    [Fact]
    public void One_undisturbed_silo_is_enough_to_hold_the_promise()
    {
        Disturb(silo: 2, from: 0, to: 5);

        Assert.Equal(2.5, Measured(2.5)!.Value, 3);
    }

    [Fact]
    public void The_clock_starts_when_the_database_is_back()
    {
        Disturb(silo: null, from: 0.5, to: 2);

        Assert.Equal(0.5, Measured(2.5)!.Value, 3);
    }

    [Fact]
    public void A_takeover_without_a_free_slot_is_left_out() =>
        Assert.Equal(
            "no free slot", LeftOut(1.5, new SlotUse(_zero.AddSeconds(1), new Dictionary<int, int> { [2] = 16, [3] = 16 })));

    [Fact]
    public void A_group_whose_owner_went_on_is_left_out() => Assert.Equal("its owner went on", MeasureOf(
        9, attempts: [new AttemptFact(_group, 1, 1, "succeeded", null, _zero.UtcDateTime.AddSeconds(3), "silo-1", 1)])
        .Measure(Orphan(FaultKind.Cut), TimeSpan.FromSeconds(17)).LeftOut);

    [Theory]
    [InlineData(50, 50)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    public void A_percentile_is_the_nearest_rank(int percent, double expected) =>
        Assert.Equal(expected, TakeoverMeasure.Percentile([.. Enumerable.Range(1, 100).Select(n => (double)n)], percent));

    private double? Measured(double takenAfter) =>
        MeasureOf(takenAfter).Measure(Orphan(FaultKind.Kill), TimeSpan.FromSeconds(2)).Took?.TotalSeconds;

    private string LeftOut(double takenAfter, params SlotUse[] slots) =>
        MeasureOf(takenAfter, slots).Measure(Orphan(FaultKind.Kill), TimeSpan.FromSeconds(2)).LeftOut;

    private TakeoverMeasure MeasureOf(double takenAfter, SlotUse[]? slots = null, AttemptFact[]? attempts = null)
    {
        var epoch = (long)(_zero.AddSeconds(takenAfter) - DateTimeOffset.UnixEpoch).TotalMicroseconds;
        return new TakeoverMeasure(
            _timeline, new[] { 1L, epoch }.ToLookup(_ => _group, e => e), (attempts ?? []).ToLookup(a => a.Group), slots ?? [],
            silos: 3);
    }

    private static OrphanedGroup Orphan(FaultKind fault) => new(fault, 1, _group, 1, _zero);

    private void Disturb(int? silo, double from, double to)
    {
        _time.AdjustTime(_zero.AddSeconds(from));
        var disturbance = _timeline.Begin(silo);
        _time.AdjustTime(_zero.AddSeconds(to));
        disturbance.Dispose();
    }
}
