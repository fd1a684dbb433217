using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Checks;

// Everything that is known after a drill: the answers to the producers, the queue's records, and the sink's ledger.
internal sealed record DrillHistory
{
    public IReadOnlyList<ExpectedBatch> Expected { get; init; } = [];

    public IReadOnlySet<string> RolledBackPaths { get; init; } = new HashSet<string>();

    public IReadOnlyList<GroupFact> Groups { get; init; } = [];

    public IReadOnlyList<BatchFact> Batches { get; init; } = [];

    public IReadOnlyList<AttemptFact> Attempts { get; init; } = [];

    public IReadOnlyList<LedgerFact> Ledger { get; init; } = [];

    public IReadOnlyDictionary<Guid, string> RunStates { get; init; } = new Dictionary<Guid, string>();

    public IReadOnlyList<RunFact> Runs { get; init; } = [];

    // The origins of batches that a retry has brought again.
    public IReadOnlyDictionary<(Guid Run, int Index), (Guid Run, int Index)> Origins { get; init; } =
        new Dictionary<(Guid Run, int Index), (Guid Run, int Index)>();

    // The ids in the file of each batch, row by row.
    public IReadOnlyDictionary<(Guid Run, int Index), IReadOnlyList<long>> Contents { get; init; } =
        new Dictionary<(Guid Run, int Index), IReadOnlyList<long>>();

    // False when the sink keeps no ledger, and its tables are the evidence.
    public bool HasLedger { get; init; } = true;

    public int MaxAttempts { get; init; } = 3;

    public int MaxLosses { get; init; } = 5;

    // The run and index under which a batch was first enqueued, which its rows name.
    public (Guid Run, int Index) OriginOf(BatchFact batch) =>
        Origins.GetValueOrDefault((batch.RunId, batch.Index), (batch.RunId, batch.Index));

    // A group's attempts as they ended, one after the other.
    public IEnumerable<(GroupKey Group, List<AttemptFact> Attempts)> AttemptsByGroup() =>
        Attempts.GroupBy(a => a.Group).Select(g => (g.Key, g.OrderBy(a => a.FinishedAt).ThenBy(a => a.Seq).ToList()));
}

// A batch that a producer enqueued. Certain says that the producer heard of the commit. Without it the answer never came.
internal sealed record ExpectedBatch(
    GroupKey Group, Guid RunId, int Index, long? Seq, bool Certain, int FailAttempts = 0, bool Permanent = false)
{
    // What was done to the batch after its enqueue.
    public Meddling Meddling { get; init; }

    public bool MayFail(int maxAttempts) => Permanent || FailAttempts >= maxAttempts;
}

// Meddling comes too late for a batch that is applied already.
[Flags]
internal enum Meddling
{
    None = 0,

    // An operator asked to skip the batch.
    Skipped = 1,

    // The batch's file was made unreadable.
    Spoiled = 2,

    // The batch's file, which could not be read, was mended.
    Mended = 4,
}

internal sealed record RunFact(GroupKey Group, Guid RunId, string State, Guid OriginRunId, string SyncType, long? EndSeq);

internal sealed record GroupFact(GroupKey Group, long TailSeq, long Entries, long FirstSeq, long LastSeq);

internal sealed record BatchFact(GroupKey Group, Guid RunId, int Index, long Seq, string State, string Path, string? Error = null);

// A row of batch_attempt.
internal sealed record AttemptFact(
    GroupKey Group, long Seq, int Attempt, string Outcome, DateTime? StartedAt, DateTime FinishedAt, string Silo, long Epoch);

// A row of the probe's ledger. An attempt without an end was cut off.
internal sealed record LedgerFact(
    GroupKey Group, long Seq, int Attempt, long Epoch, string Silo, DateTime StartedAt, DateTime? FinishedAt, string? Outcome);
