using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit.Groups;

public sealed class FairShareTests
{
    private static readonly GroupKey _group = new(7, "s");

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(false, 3, true)]
    public void A_time_slice_ends_only_where_others_wait_or_may_wait(bool othersWait, int? mostPerTeam, bool isOver)
    {
        var turns = Of(slots: 4, mostPerTeam);
        turns.OthersWait = othersWait;
        var began = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(turns.IsSliceOver(began));

        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(isOver, turns.IsSliceOver(began));
    }

    [Fact]
    public void Those_that_left_first_come_back_first()
    {
        var turns = Of(slots: 1);
        turns.Leave(_group, Key(1));
        turns.Leave(_group, Key(2));
        turns.Leave(_group, Key(1));

        Assert.Equal([Key(2)], turns.TakeBack(1, _ => true).Select(b => b.Key));
        Assert.Equal([Key(1)], turns.Resting());
    }

    [Fact]
    public void A_group_whose_team_has_its_slots_stays_where_it_is()
    {
        var turns = Of(slots: 1);
        turns.Leave(_group, Key(1));
        turns.Leave(new GroupKey(8, "s"), Key(2));

        Assert.Equal([Key(2)], turns.TakeBack(2, g => g.TeamId != _group.TeamId).Select(b => b.Key));
        Assert.Equal([Key(1)], turns.Resting());
    }

    // Two groups of three have had the one slot. The first is not back before the third has had its turn.
    [Fact]
    public void A_group_rests_the_longer_the_more_have_left()
    {
        var turns = Of(slots: 1);
        turns.Leave(_group, Key(1));
        _time.Advance(TimeSpan.FromSeconds(5));
        turns.Leave(_group, Key(2));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([Key(1), Key(2)], turns.Resting());

        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal([Key(2)], turns.Resting());
    }

    private static LockKey Key(int group) => new(1, group);

    private FairShare Of(int slots, int? mostPerTeam = null) => new(
        Microsoft.Extensions.Options.Options.Create(new OrleansBatchOptions { Slots = slots, MaxSlotsPerTeam = mostPerTeam }), _time);
}
