using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit.Polling;

public sealed class NotificationInboxTests
{
    private readonly NotificationInbox _inbox = new();

    [Fact]
    public void A_group_that_is_named_in_full_is_taken_once_for_each_sink_served()
    {
        _inbox.Note("12 -7 1,2,3 orders of today");

        Assert.Equal([Of(12, 1), Of(12, 3)], _inbox.TakeForStart([1, 3, 4]));
        Assert.Empty(_inbox.TakeForStart([1, 3, 4]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("13")]
    [InlineData("13,14")]
    [InlineData("13 x 1 orders")]
    [InlineData("13 7 1,x orders")]
    public void Anything_else_leaves_all_to_the_poll(string payload)
    {
        _inbox.Note("12 -7 1 orders of today");
        _inbox.Note(payload);

        Assert.Empty(_inbox.TakeForStart([1]));
        Assert.Contains(12, _inbox.TakeForPoll(9, keep: false));
        Assert.Empty(_inbox.TakeForPoll(9, keep: false));
    }

    [Fact]
    public void A_group_that_a_silo_leaves_to_the_others_is_taken_as_one_that_can_be_started_and_with_the_entry_that_it_left()
    {
        _inbox.Note("passed/41 12 -7 3 orders of today");

        Assert.Equal([(new LockKey(3, 12), 41L)], _inbox.TakePassedOn());
        Assert.Empty(_inbox.TakePassedOn());
        Assert.Equal([Of(12, 3)], _inbox.TakeForStart([3]));
    }

    [Theory]
    [InlineData("passed/x 12 7 3 orders")]
    [InlineData("passed/41 12")]
    [InlineData("passed/41")]
    public void A_group_that_is_left_in_words_nobody_understands_is_found_by_the_poll(string payload)
    {
        _inbox.Note(payload);

        Assert.Empty(_inbox.TakePassedOn());
    }

    [Fact]
    public void Groups_that_are_inbox_of_by_number_are_asked_for_by_the_poll()
    {
        _inbox.Note("12,13,14");

        Assert.Empty(_inbox.TakeForStart([1]));
        Assert.Equal([12, 13, 14], _inbox.TakeForPoll(9, keep: false).Order());
    }

    [Fact]
    public void What_a_poll_can_not_start_is_left_to_the_next_one()
    {
        _inbox.Note("12,13,14");

        var first = _inbox.TakeForPoll(2, keep: false);
        var second = _inbox.TakeForPoll(2, keep: false);

        Assert.Equal((2, 1), (first.Length, second.Length));
        Assert.Equal([12, 13, 14], first.Concat(second).Order());
    }

    [Fact]
    public void A_burst_is_left_to_the_poll()
    {
        for (var group = 1; group <= 5; group++)
        {
            _inbox.Note($"{group} -7 1 orders of today");
        }

        Assert.Empty(_inbox.TakeForStart([1]));
        Assert.Equal([1, 2, 3, 4, 5], _inbox.TakeForPoll(9, keep: true).Order());
        Assert.Equal([1, 2, 3, 4, 5], _inbox.TakeForPoll(9, keep: false).Order());
    }

    [Fact]
    public void What_could_not_be_started_is_left_to_the_poll()
    {
        _inbox.Note("12 -7 1 orders of today");
        _inbox.TakeForStart([1]).ForEach(_inbox.Return);

        Assert.Empty(_inbox.TakeForStart([1]));
        Assert.Equal([12], _inbox.TakeForPoll(9, keep: false));
    }

    [Fact]
    public void After_a_poll_a_group_that_is_named_in_full_is_taken_again()
    {
        _inbox.Note("");
        _inbox.Clear();
        _inbox.Note("12 -7 1 orders of today");

        Assert.Equal([Of(12, 1)], _inbox.TakeForStart([1]));
    }

    private static Candidate Of(int group, short sink) => new(new GroupKey(-7, "orders of today"), group, sink);
}
