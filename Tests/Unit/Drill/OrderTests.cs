using OrleansBatch.Drill.Checks;
using static OrleansBatch.Tests.Unit.Drill.Histories;

namespace OrleansBatch.Tests.Unit.Drill;

public sealed class OrderTests
{
    [Fact]
    public void Batches_one_after_the_other_are_in_order()
    {
        Assert.Empty(Order.Check(Kept()).Broken);
        Assert.Equal(5, Order.Check(Kept()).Checked);
    }

    [Fact]
    public void A_batch_that_begins_before_the_one_before_it_has_ended_is_named()
    {
        var history = Kept() with { Ledger = [Row(1, 1, 100, 1, 9, "succeeded"), Row(2, 1, 200, 9, 20, "succeeded")] };

        Assert.Equal(2, Assert.Single(Order.Check(history).Broken).Seq);
    }

    [Fact]
    public void A_batch_that_begins_before_an_earlier_one_behind_a_skipped_one_has_ended_is_named()
    {
        var history = Kept() with { Ledger = [Row(3, 1, 300, 55, 70, "succeeded")] };

        Assert.Contains("before an earlier entry ended", Assert.Single(Order.Check(history).Broken).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_ends_before_the_one_before_it_is_named()
    {
        var history = Kept() with
        {
            Ledger = [],
            Attempts = [Attempt(2, 1, "succeeded", 0, 10, 100), Attempt(1, 1, "succeeded", 11, 20, 100)],
        };

        Assert.Equal((1L, "it ended after seq 2 had ended"), Order.Check(history).Broken.Select(b => (b.Seq!.Value, b.Seen)).Single());
    }
}
