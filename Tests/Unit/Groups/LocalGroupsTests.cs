using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit.Groups;

public sealed class LocalGroupsTests
{
    private static readonly LockKey _key = new(1, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly LocalGroups _groups;

    public LocalGroupsTests() => _groups = new LocalGroups(_time, new Random(1));

    [Fact]
    public void Each_failure_in_a_row_makes_the_rest_longer_up_to_ten_seconds()
    {
        double[] most = [0.8, 1.6, 3.2, 6.4, 10, 10, 10];
        foreach (var longest in most)
        {
            _groups.Failed(_key);

            Assert.InRange(RestOf(_key).TotalSeconds, longest / 2 - 0.01, longest + 0.01);
        }
    }

    [Fact]
    public void A_group_that_was_worked_on_rests_as_after_a_first_failure()
    {
        for (var failure = 0; failure < 5; failure++)
        {
            _groups.Failed(_key);
            RestOf(_key);
        }

        _groups.Worked(_key);
        Assert.Empty(_groups.NotNow());
        _groups.Failed(_key);

        Assert.InRange(RestOf(_key).TotalSeconds, 0.39, 0.81);
    }

    [Fact]
    public void A_group_that_was_left_to_others_rests_longer_each_time_at_the_same_entry_and_anew_at_another()
    {
        double[] most = [0.8, 1.6, 3.2, 6.4, 10, 10];
        foreach (var longest in most)
        {
            _groups.PassedOn(_key, 41);

            Assert.InRange(RestOf(_key).TotalSeconds, longest / 2 - 0.01, longest + 0.01);
        }

        _groups.PassedOn(_key, 42);
        Assert.InRange(RestOf(_key).TotalSeconds, 0.39, 0.81);
    }

    [Fact]
    public void A_group_comes_back_when_another_silo_gives_it_up_at_another_entry_and_not_at_the_same()
    {
        _groups.PassedOn(_key, 41);
        _groups.Recall(_key, 41);
        _groups.Recall(new LockKey(1, 2), 42);
        Assert.Equal([_key], _groups.NotNow());

        _groups.Recall(_key, 42);
        Assert.Empty(_groups.NotNow());
    }

    [Fact]
    public void Groups_that_were_left_to_others_come_back_when_notifications_may_have_been_missed_and_failed_ones_do_not()
    {
        var failed = new LockKey(1, 2);
        _groups.PassedOn(_key, 41);
        _groups.Failed(failed);
        _groups.Recall(failed, 41);

        _groups.RecallAll();

        Assert.Equal([failed], _groups.NotNow());
    }

    [Fact]
    public void A_failure_that_is_reported_twice_counts_once()
    {
        _groups.Failed(_key);
        _groups.Failed(_key);
        RestOf(_key);
        _groups.Failed(_key);

        Assert.InRange(RestOf(_key).TotalSeconds, 0.79, 1.61);
    }

    [Fact]
    public void A_group_counts_as_ended_for_as_long_as_asked()
    {
        _groups.Begin(_key);
        _groups.End(_key);
        _time.Advance(TimeSpan.FromSeconds(1));
        _groups.End(new LockKey(2, 7));
        _groups.End(new LockKey(1, 7));

        Assert.Equal([1, 7], _groups.EndedWithin(TimeSpan.FromSeconds(2)));

        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal([7], _groups.EndedWithin(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Of_many_groups_that_ended_the_last_ones_count()
    {
        for (var group = 1; group <= 1000; group++)
        {
            _groups.End(new LockKey(1, group));
        }

        Assert.Equal(Enumerable.Range(969, 32), _groups.EndedWithin(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_failure_long_ago_is_forgotten_and_one_groups_failures_are_not_anothers()
    {
        _groups.Failed(_key);
        _time.Advance(TimeSpan.FromSeconds(12));
        Assert.Empty(_groups.NotNow());
        _groups.Failed(_key);
        _groups.Failed(new LockKey(1, 2));

        Assert.InRange(RestOf(_key).TotalSeconds, 0.39, 0.81);
        Assert.Empty(_groups.NotNow().Except([new LockKey(1, 2)]));
    }

    [Fact]
    public void A_group_that_is_worked_on_is_left_out_until_the_end()
    {
        _groups.Begin(_key);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([_key], _groups.NotNow());

        _groups.End(_key);

        Assert.Empty(_groups.NotNow());
    }

    private TimeSpan RestOf(LockKey key)
    {
        var start = _time.GetUtcNow();
        while (_groups.NotNow().Contains(key))
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        return _time.GetUtcNow() - start;
    }
}
