namespace OrleansBatch.Drill.Checks;

// G3: every batch whose enqueue committed ends as its orders allow, and nothing else is in the log.
internal static class NothingLost
{
    public static PromiseReport Check(DrillHistory history)
    {
        var verdict = new Verdict("nothing lost", "every batch ends as succeeded, failed or skipped, as it was ordered");
        var found = history.Batches.ToDictionary(b => (b.RunId, b.Index));
        var failed = history.Batches.Where(b => b.State == "failed").GroupBy(b => b.RunId).ToDictionary(g => g.Key, g => g.Min(b => b.Seq));
        var applied = history.Ledger.Where(l => l.Outcome == "succeeded").Select(l => (l.Group, l.Seq, l.Epoch)).ToHashSet();
        var succeeded = history.Attempts.Where(a => a.Outcome == "succeeded").ToLookup(a => (a.Group, a.Seq));
        foreach (var expected in history.Expected)
        {
            if (!found.TryGetValue((expected.RunId, expected.Index), out var batch))
            {
                verdict.Check(
                    !expected.Certain, expected.Group, expected.Seq, () => "the enqueue committed, but the batch is not in the log");
                continue;
            }

            verdict.Check(
                expected.Seq is null || expected.Seq == batch.Seq, batch.Group, batch.Seq,
                () => $"the enqueue returned seq {expected.Seq}");
            verdict.Check(IsAllowed(batch, expected, history, failed), batch.Group, batch.Seq, () => Describe(batch, expected));
            if (batch.State == "succeeded" && history.HasLedger)
            {
                verdict.Check(
                    succeeded[(batch.Group, batch.Seq)].Any(a => applied.Contains((a.Group, a.Seq, a.Epoch))), batch.Group, batch.Seq,
                    () => "the queue says that it succeeded, but the sink did not apply it under that epoch");
            }
        }

        foreach (var batch in history.Batches.Where(b => history.RolledBackPaths.Contains(b.Path)))
        {
            verdict.Check(false, batch.Group, batch.Seq, () => "its transaction was rolled back, but it is in the log");
        }

        foreach (var group in history.Groups)
        {
            verdict.Check(
                group.Entries == group.TailSeq && (group.Entries == 0 || (group.FirstSeq == 1 && group.LastSeq == group.TailSeq)),
                group.Group, group.TailSeq,
                () => $"the log has {group.Entries} entries from {group.FirstSeq} to {group.LastSeq}: it has a gap");
        }

        return verdict.Report();
    }

    // Failed is the seq of the first batch that failed, by run.
    private static bool IsAllowed(BatchFact batch, ExpectedBatch expected, DrillHistory history, Dictionary<Guid, long> failed) =>
        batch.State switch
        {
            "succeeded" => !expected.MayFail(history.MaxAttempts) || expected.Meddling.HasFlag(Meddling.Spoiled)
                || expected.Meddling.HasFlag(Meddling.Mended),

            // Another promise judges whether the batch failed rightly.
            "failed" => true,
            "skipped" => expected.Meddling.HasFlag(Meddling.Skipped)
                || history.RunStates.GetValueOrDefault(batch.RunId) is "cancelled" or "superseded"
                || (history.RunStates.GetValueOrDefault(batch.RunId) == "failed"
                    && failed.TryGetValue(batch.RunId, out var seq) && seq < batch.Seq),
            _ => false,
        };

    private static string Describe(BatchFact batch, ExpectedBatch expected) => batch.State switch
    {
        "succeeded" => "it succeeded, but was ordered to fail",
        "skipped" => "it was skipped, but no earlier batch of its run had failed",
        _ => $"it never ended: it is {batch.State}, ordered to fail {expected.FailAttempts} times ({batch.Error ?? "no error"})",
    };
}
