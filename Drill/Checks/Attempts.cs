namespace OrleansBatch.Drill.Checks;

// Losses and waits are not attempts, every attempt counts, and no batch fails unless its orders make it.
internal static class Attempts
{
    public static PromiseReport Check(DrillHistory history)
    {
        var verdict = new Verdict("attempts", "failures count, losses do not, and only what was ordered to fail fails");
        var orders = history.Expected.ToDictionary(e => (e.RunId, e.Index));
        var attempts = history.Attempts.ToLookup(a => (a.Group, a.Seq));
        foreach (var batch in history.Batches)
        {
            var rows = attempts[(batch.Group, batch.Seq)].OrderBy(a => a.FinishedAt).ToList();
            var retries = rows.Where(a => a.Outcome == "retry").ToList();
            foreach (var (retry, number) in retries.Select((r, i) => (r, i + 1)))
            {
                verdict.Check(
                    retry.Attempt == number, batch.Group, batch.Seq, () => $"its failure {number} was counted as attempt {retry.Attempt}");
            }

            if (rows.FirstOrDefault(a => a.Outcome is "succeeded" or "failed") is not { } end
                || !orders.TryGetValue((batch.RunId, batch.Index), out var order))
            {
                continue;
            }

            var isSpoiled = order.Meddling.HasFlag(Meddling.Spoiled);

            // A batch fails by documented rule when its owners are lost too often.
            var lostTooOften = end.Outcome == "failed" && rows.Count(a => a.Outcome == "lost") >= history.MaxLosses;
            verdict.Check(
                end.Attempt == retries.Count + 1 || lostTooOften, batch.Group, batch.Seq,
                () => $"it {end.Outcome} at attempt {end.Attempt} after {retries.Count} failures");
            verdict.Check(
                end.Attempt <= history.MaxAttempts, batch.Group, batch.Seq,
                () => $"it had {end.Attempt} attempts of {history.MaxAttempts}");
            if (end.Outcome == "succeeded")
            {
                verdict.Check(
                    end.Attempt > order.FailAttempts, batch.Group, batch.Seq,
                    () => $"it succeeded at attempt {end.Attempt}, but {order.FailAttempts} were ordered to fail");
            }
            else
            {
                verdict.Check(
                    order.MayFail(history.MaxAttempts) || lostTooOften || isSpoiled, batch.Group, batch.Seq,
                    () => $"it failed though it was not ordered to: {batch.Error}");
                verdict.Check(
                    order.Permanent || end.Attempt >= history.MaxAttempts || lostTooOften || isSpoiled, batch.Group, batch.Seq,
                    () => $"it failed for good after {end.Attempt} of {history.MaxAttempts} attempts");
            }
        }

        return verdict.Report();
    }
}
