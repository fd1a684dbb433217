using OrleansBatch.Drill.Checks;
using static OrleansBatch.Tests.Unit.Drill.Histories;

namespace OrleansBatch.Tests.Unit.Drill;

public sealed class OneOwnerTests
{
    [Fact]
    public void Owners_one_after_the_other_are_one_owner()
    {
        Assert.Empty(OneOwner.Check(Kept()).Broken);
        Assert.Equal(10, OneOwner.Check(Kept()).Checked);
    }

    [Fact]
    public void A_claim_before_the_former_owner_s_last_commit_is_named()
    {
        var history = Kept() with
        {
            Ledger = [],
            Attempts = [Attempt(1, 1, "succeeded", 0, 10, 100), Attempt(2, 1, "succeeded", 9, 20, 200)],
        };

        Assert.Contains("silo-200 claimed it", Assert.Single(OneOwner.Check(history).Broken).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_former_owner_that_still_commits_is_named()
    {
        var history = Kept() with
        {
            Ledger = [],
            Attempts = [Attempt(1, 1, "succeeded", 0, 10, 200), Attempt(2, 1, "succeeded", 11, 20, 100)],
        };

        Assert.Contains("under epoch 100 after", Assert.Single(OneOwner.Check(history).Broken).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_succeeds_twice_is_named()
    {
        var history = Kept() with
        {
            Ledger = [],
            Attempts = [Attempt(1, 1, "succeeded", 0, 10, 100), Attempt(1, 1, "succeeded", 11, 20, 200)],
        };

        Assert.Equal("it ended 2 times", Assert.Single(OneOwner.Check(history).Broken).Seen);
    }

    [Fact]
    public void A_batch_that_a_newer_owner_begins_again_after_it_has_ended_is_named()
    {
        var history = Kept() with { Ledger = [Row(1, 1, 100, 1, 9, "succeeded"), Row(1, 1, 200, 31, 39, "succeeded")] };

        Assert.Contains("began it under epoch 200", Assert.Single(OneOwner.Check(history).Broken).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_former_owner_writes_into_the_ledger_late_is_no_second_owner() =>
        Assert.Empty(OneOwner.Check(Kept() with { Ledger = [Row(2, 1, 100, 90, 95, "succeeded")] }).Broken);
}
