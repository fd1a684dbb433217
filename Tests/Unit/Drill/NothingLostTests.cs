using OrleansBatch.Drill;
using OrleansBatch.Drill.Checks;
using static OrleansBatch.Tests.Unit.Drill.Histories;

namespace OrleansBatch.Tests.Unit.Drill;

public sealed class NothingLostTests
{
    [Fact]
    public void What_ended_as_ordered_is_nothing_lost()
    {
        Assert.Empty(NothingLost.Check(Kept()).Broken);
        Assert.Empty(NothingLost.Check(Failed()).Broken);
        Assert.Equal(7, NothingLost.Check(Kept()).Checked);
    }

    [Fact]
    public void A_batch_that_was_committed_and_is_gone_is_named() =>
        Assert.Contains("not in the log", Broken(Kept() with { Batches = [Batch(0, 1, "succeeded")] }, seq: 2), StringComparison.Ordinal);

    [Fact]
    public void A_batch_whose_commit_was_never_answered_may_be_gone() => Assert.Empty(NothingLost.Check(Kept() with
    {
        Expected = [Expect(0, 1), Expect(1, 2) with { FailAttempts = 1 }, Expect(2, 0) with { Certain = false, Seq = null }],
    }).Broken);

    [Theory]
    [InlineData("waiting")]
    [InlineData("executing")]
    [InlineData("waiting_retry")]
    public void A_batch_that_never_ended_is_named(string state) => Assert.Contains(
        state, Broken(Kept() with { Batches = [Batch(0, 1, "succeeded"), Batch(1, 2, state)] }, seq: 2),
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_that_succeeded_against_its_orders_is_named() => Assert.Contains(
        "ordered to fail", Broken(Kept() with { Expected = [Expect(0, 1) with { Permanent = true }, Expect(1, 2)] }, seq: 1),
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_that_was_skipped_though_nothing_failed_is_named() => Assert.Contains(
        "skipped",
        Broken(
            Failed() with { Expected = [Expect(0, 1), Expect(1, 2)], Batches = [Batch(0, 1, "skipped"), Batch(1, 2, "failed")] }, seq: 1),
        StringComparison.Ordinal);

    [Fact]
    public void A_success_that_the_sink_does_not_know_under_that_epoch_is_named() => Assert.Contains(
        "did not apply",
        Broken(Kept() with { Ledger = [Row(1, 1, 100, 1, 9, "succeeded"), Row(2, 2, 200, 51, 59, "succeeded")] }, seq: 2),
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_of_a_transaction_that_was_rolled_back_is_named() =>
        Assert.Contains(
            "rolled back", Broken(Kept() with { RolledBackPaths = new HashSet<string> { "/1" } }, seq: 2), StringComparison.Ordinal);

    [Fact]
    public void A_gap_in_the_log_is_named() =>
        Assert.Contains("gap", Broken(Kept() with { Groups = [new GroupFact(Group, 3, 2, 1, 3)] }, seq: 3), StringComparison.Ordinal);

    [Fact]
    public void Another_seq_than_the_enqueue_returned_is_named() => Assert.Contains(
        "returned seq 3", Broken(Kept() with { Expected = [Expect(0, 1), Expect(1, 3) with { FailAttempts = 1 }] }, seq: 2),
        StringComparison.Ordinal);

    private static string Broken(DrillHistory history, long seq)
    {
        var broken = Assert.Single(NothingLost.Check(history).Broken);
        Assert.Equal(new BrokenPromise("7/orders", seq, broken.Seen), broken);
        return broken.Seen;
    }
}
