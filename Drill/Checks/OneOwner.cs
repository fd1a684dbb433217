namespace OrleansBatch.Drill.Checks;

// G2: the commits of two owners of a group never overlap, and a former owner commits nothing more.
internal static class OneOwner
{
    public static PromiseReport Check(DrillHistory history)
    {
        var verdict = new Verdict("one owner", "no two owners that both committed overlap, and no batch succeeds twice");
        var ledger = history.Ledger.ToLookup(l => l.Group);
        foreach (var (group, attempts) in history.AttemptsByGroup())
        {
            CheckOwners(verdict, attempts);
            var ends = attempts.Where(a => a.Outcome is "succeeded" or "failed").ToLookup(a => a.Seq);
            foreach (var seq in ends)
            {
                verdict.Check(seq.Count() == 1, group, seq.Key, () => $"it ended {seq.Count()} times");
            }

            // A frozen owner may still write the end of its earlier attempt into the ledger.
            // Only a newer owner must know that the attempt is over.
            foreach (var row in ledger[group].Where(l => ends.Contains(l.Seq)))
            {
                var epoch = ends[row.Seq].Max(e => e.Epoch);
                verdict.Check(
                    row.Epoch <= epoch, group, row.Seq,
                    () => $"{row.Silo} began it under epoch {row.Epoch}, but it had ended under {epoch}");
            }
        }

        return verdict.Report();
    }

    private static void CheckOwners(Verdict verdict, List<AttemptFact> attempts)
    {
        var claims = new HashSet<DateTime>();
        AttemptFact? before = null;
        foreach (var attempt in attempts)
        {
            if (before is not null)
            {
                verdict.Check(
                    attempt.Epoch >= before.Epoch, attempt.Group, attempt.Seq,
                    () => $"{attempt.Silo} committed under epoch {attempt.Epoch} after {before.Silo} had under {before.Epoch}");
            }

            // A loss shows the former owner's claim. An attempt limit that is found used up has no claim of its own.
            var ownClaim = attempt.StartedAt is { } started && claims.Add(started) && attempt.Outcome != "lost";
            if (before is not null && ownClaim && before.Epoch != attempt.Epoch)
            {
                verdict.Check(
                    attempt.StartedAt >= before.FinishedAt, attempt.Group, attempt.Seq,
                    () => $"{attempt.Silo} claimed it at {attempt.StartedAt:HH:mm:ss.ffffff}, "
                        + $"before {before.Silo} committed seq {before.Seq} at {before.FinishedAt:HH:mm:ss.ffffff}");
            }

            before = attempt;
        }
    }
}
