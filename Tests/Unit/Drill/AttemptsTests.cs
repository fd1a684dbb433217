using OrleansBatch.Drill.Checks;
using static OrleansBatch.Tests.Unit.Drill.Histories;

namespace OrleansBatch.Tests.Unit.Drill;

public sealed class AttemptsTests
{
    [Fact]
    public void Failures_that_count_and_losses_that_do_not_are_as_promised()
    {
        Assert.Empty(Attempts.Check(Kept()).Broken);
        Assert.Empty(Attempts.Check(Failed()).Broken);
        Assert.Equal(7, Attempts.Check(Kept()).Checked);
    }

    [Fact]
    public void A_loss_that_was_counted_is_named() => Assert.Contains("at attempt 2 after 0 failures", Broken(Kept() with
    {
        Expected = [Expect(0, 1), Expect(1, 2)],
        Attempts =
        [
            Attempt(1, 1, "succeeded", 0, 10, 100), Attempt(2, 1, "lost", 11, 30, 200), Attempt(2, 2, "succeeded", 31, 40, 200),
        ],
    }), StringComparison.Ordinal);

    [Fact]
    public void A_failure_that_was_not_counted_is_named()
    {
        var history = Kept() with
        {
            Attempts = [Attempt(2, 1, "retry", 0, 10, 100), Attempt(2, 1, "retry", 11, 30, 200), Attempt(2, 3, "succeeded", 31, 40, 200)],
        };

        Assert.Contains("its failure 2 was counted as attempt 1", Attempts.Check(history).Broken.Select(b => b.Seen));
    }

    [Fact]
    public void More_attempts_than_allowed_are_named() => Assert.Contains("it had 4 attempts of 3", Attempts.Check(Kept() with
    {
        Attempts =
        [
            .. Enumerable.Range(1, 3).Select(n => Attempt(2, n, "retry", n * 10, (n * 10) + 5, 100)),
            Attempt(2, 4, "succeeded", 50, 60, 100),
        ],
    }).Broken.Select(b => b.Seen));

    [Fact]
    public void A_batch_that_failed_without_orders_is_named() => Assert.Contains(
        "not ordered to", Attempts.Check(Failed() with { Expected = [Expect(0, 1), Expect(1, 2)] }).Broken[0].Seen,
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_that_failed_before_its_attempts_were_used_up_is_named() => Assert.Contains(
        "after 1 of 3 attempts", Broken(Failed() with { Expected = [Expect(0, 1) with { FailAttempts = 3 }, Expect(1, 2)] }),
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_that_succeeded_before_its_ordered_failures_is_named() => Assert.Contains(
        "2 were ordered to fail", Broken(Kept() with { Expected = [Expect(0, 1), Expect(1, 2) with { FailAttempts = 2 }] }),
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_in_which_too_many_owners_were_lost_may_fail() => Assert.Empty(Attempts.Check(Kept() with
    {
        Expected = [Expect(0, 1), Expect(1, 2)],
        Batches = [Batch(0, 1, "succeeded"), Batch(1, 2, "failed")],
        Attempts =
        [
            Attempt(1, 1, "succeeded", 0, 10, 100),
            .. Enumerable.Range(1, 5).Select(n => Attempt(2, 1, "lost", n * 20, (n * 20) + 9, 100 + n)),
            Attempt(2, 0, "failed", 100, 130, 105),
        ],
    }).Broken);

    private static string Broken(DrillHistory history) => Assert.Single(Attempts.Check(history).Broken).Seen;
}
