using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Tests.Unit.Drill;

// A small history in which every promise was kept: one group, two batches of one run, the second after a loss and a failure.
// Tests break the history.
internal static class Histories
{
    public static readonly GroupKey Group = new(7, "orders");

    public static readonly Guid Run = Guid.Parse("11111111-1111-1111-1111-111111111111");

    private static readonly DateTime _start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static DrillHistory Kept() => new()
    {
        Expected = [Expect(0, 1), Expect(1, 2) with { FailAttempts = 1 }],
        Groups = [new GroupFact(Group, 2, 2, 1, 2)],
        Batches = [Batch(0, 1, "succeeded"), Batch(1, 2, "succeeded")],
        Attempts =
        [
            Attempt(1, 1, "succeeded", from: 0, to: 10, epoch: 100),
            Attempt(2, 1, "lost", from: 11, to: 30, epoch: 200),
            Attempt(2, 1, "retry", from: 31, to: 40, epoch: 200),
            Attempt(2, 2, "succeeded", from: 50, to: 60, epoch: 300),
        ],
        Ledger =
        [
            Row(1, 1, 100, from: 1, to: 9, "succeeded"), Row(2, 1, 100, from: 12, to: null, null),
            Row(2, 1, 200, from: 32, to: 39, "failed"), Row(2, 2, 300, from: 51, to: 59, "succeeded"),
        ],
        RunStates = new Dictionary<Guid, string> { [Run] = "succeeded" },
    };

    // The same history, with the first batch failed as ordered and the second skipped for it.
    public static DrillHistory Failed() => Kept() with
    {
        Expected = [Expect(0, 1) with { Permanent = true }, Expect(1, 2)],
        Batches = [Batch(0, 1, "failed"), Batch(1, 2, "skipped")],
        Attempts = [Attempt(1, 1, "failed", from: 0, to: 10, epoch: 100)],
        Ledger = [Row(1, 1, 100, from: 1, to: 9, "permanent")],
        RunStates = new Dictionary<Guid, string> { [Run] = "failed" },
    };

    public static ExpectedBatch Expect(int index, long seq) => new(Group, Run, index, seq, Certain: true);

    public static BatchFact Batch(int index, long seq, string state) => new(Group, Run, index, seq, state, $"/{index}");

    public static AttemptFact Attempt(long seq, int attempt, string outcome, int from, int to, long epoch) =>
        new(Group, seq, attempt, outcome, At(from), At(to), $"silo-{epoch}", epoch);

    public static LedgerFact Row(long seq, int attempt, long epoch, int from, int? to, string? outcome) =>
        new(Group, seq, attempt, epoch, $"silo-{epoch}", At(from), to is { } end ? At(end) : null, outcome);

    public static DateTime At(int milliseconds) => _start.AddMilliseconds(milliseconds);
}
