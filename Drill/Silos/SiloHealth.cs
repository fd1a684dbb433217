using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Silos;

// G9: after all faults every silo is live and ready, no silo gave up while left alone, and no wakeup had to be mended.
internal static class SiloHealth
{
    public static async Task<PromiseReport> CheckAsync(IReadOnlyList<DrillSilo> silos, SiloKeeper keeper, CancellationToken ct)
    {
        var verdict = new Verdict("health", "every silo is live and ready afterwards, and none gave up undisturbed");
        foreach (var silo in silos)
        {
            foreach (var check in new[] { "live", "ready" })
            {
                verdict.Check(await silo.AnswersAsync(check, ct), $"{silo.Name} is not {check}: {silo.Process.LastLine}");
            }

            foreach (var process in silo.Processes)
            {
                verdict.Check(process.LostWakeups == 0, $"{process.Name} found groups with work and no wakeup");
            }
        }

        foreach (var end in keeper.Unprovoked)
        {
            verdict.Check(false, end);
        }

        return verdict.Report();
    }
}
