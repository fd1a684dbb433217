using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit.Polling;

public sealed class CandidateStockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CandidateStock _stock;

    public CandidateStockTests()
    {
        _stock = new CandidateStock(_time);
        _stock.Fill([Of(1), Of(2), Of(3)]);
    }

    [Fact]
    public void Candidates_are_taken_once_and_in_their_turn()
    {
        Assert.Equal([Of(1), Of(2)], _stock.Take(2, NoKeys));
        Assert.Equal([Of(3)], _stock.Take(2, NoKeys));
        Assert.Empty(_stock.Take(2, NoKeys));
    }

    [Fact]
    public void A_group_that_this_silo_works_on_by_now_is_left_out()
    {
        Assert.Equal([Of(1), Of(3)], _stock.Take(3, new HashSet<LockKey> { Of(2).Key }));
    }

    [Fact]
    public void What_other_silos_may_have_worked_on_meanwhile_is_not_started()
    {
        _time.Advance(TimeSpan.FromMilliseconds(101));

        Assert.Empty(_stock.Take(3, NoKeys));
    }

    private static HashSet<LockKey> NoKeys => [];

    private static Candidate Of(int group) => new(new GroupKey(7, $"schema {group}"), group, 1);
}
