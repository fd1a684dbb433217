using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Silos;

// A deployment of this version over an earlier one while there is work: one silo after the other is stopped as an orchestrator does it, and
// this version is started in its place. The first migrates the database under the silos of the earlier version, which work on.
internal sealed class Rollout(
    DrillOptions options, string directory, DrillDatabase database, IReadOnlyList<DrillSilo> silos, Action<string> say)
{
    private const string Refusal = "belongs to a newer version";

    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(100);

    private readonly Verdict _verdict = new(
        "rollout", "each silo is replaced while the others work, and the earlier version does not come back");

    private DateTime _mixedSince = DateTime.MaxValue;

    // A share of the time for the earlier version alone, one for each mixture, and one for this version alone.
    public async Task RunAsync(CancellationToken ct)
    {
        var (begun, share) = (TimeProvider.System.GetTimestamp(), TimeSpan.FromSeconds(options.Seconds) / (silos.Count + 1));
        foreach (var (silo, number) in silos.Select((s, i) => (s, i + 1)))
        {
            var due = (share * number) - TimeProvider.System.GetElapsedTime(begun);
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, ct);
            if (number == 1)
            {
                // From here on a silo that is started again is of this version, whatever ended it.
                _verdict.Check(silos.All(s => s.Process.IsEarlier), "a silo was of this version before the rollout began");
                silos.ToList().ForEach(s => s.Replace());
            }

            await ReplaceAsync(silo, ct);
            if (number == 1)
            {
                _mixedSince = TimeProvider.System.GetUtcNow().UtcDateTime;
                await ComesBackAsync(ct);
            }
        }
    }

    public PromiseReport Report(DrillHistory history)
    {
        var earlier = silos.SelectMany(s => s.Processes).Where(p => p.IsEarlier).Select(p => p.Name).ToHashSet();
        var mixed = history.Attempts.Where(a => a.Outcome == "succeeded" && a.FinishedAt > _mixedSince)
            .ToLookup(a => earlier.Contains(a.Silo));
        _verdict.Check(mixed[true].Any(), "no silo of the earlier version applied anything after the migration");
        _verdict.Check(mixed[false].Any(), "no silo of this version applied anything");
        say($"rollout    after the migration the earlier version applied {mixed[true].Count()} batches, this one {mixed[false].Count()}");
        _verdict.Check(!silos.Any(s => s.Process.IsEarlier), "a silo of the earlier version was never replaced");
        return _verdict.Report();
    }

    private async Task ReplaceAsync(DrillSilo silo, CancellationToken ct)
    {
        while (silos.Any(s => !s.IsHealthy || s.IsWitness))
        {
            await Task.Delay(_lookEvery, ct);
        }

        if (!silo.Process.IsEarlier)
        {
            say($"rollout    {silo.Name} is of this version already");
            return;
        }

        using var disturbed = silo.Disturb();
        var (old, started) = (silo.Process, silo.Processes.Count);
        say($"rollout    {old.Name} is stopped");
        await old.TerminateAsync();
        await old.Ended.WaitAsync(ct);
        await silo.StartAsync(new Dictionary<string, string>(), ct);
        foreach (var failed in silo.Processes.Skip(started).SkipLast(1))
        {
            _verdict.Check(false, $"{failed.Name} of this version did not start: {failed.LastLine}");
        }

        _verdict.Check(await silo.Process.IsServingAsync(ct), $"{silo.Name} of this version does not serve: {silo.Process.LastLine}");
        say($"rollout    {silo.Name} of this version serves");
    }

    // Somebody rolls back: the earlier program must refuse the migrated database with a sentence, and leave it as it is.
    private async Task ComesBackAsync(CancellationToken ct)
    {
        var before = await SchemaAsync(ct);
        var place = new SiloPlace(directory, database.ConnectionString, options);
        var start = SiloProgram.Serve(
            options.Previous!, directory, place.Variables("silo-back", new Dictionary<string, string>()), place.Enter,
            [.. place.Arguments(database.Port)]);
        await using var process = SiloProcess.Start("silo-back", start, isEarlier: true);
        _verdict.Check(!await process.IsServingAsync(ct), "the earlier version serves a database that this version has migrated");
        await process.ReadToEndAsync();
        _verdict.Check(
            process.LastLine.Contains(Refusal, StringComparison.Ordinal),
            $"the earlier version ended without its sentence: {process.LastLine}");
        _verdict.Check(await SchemaAsync(ct) == before, "the earlier version changed the schema of a database that it refused");
        say($"rollout    the earlier version, started anew: {process.LastLine}");
    }

    private async Task<string> SchemaAsync(CancellationToken ct) =>
        (await database.ReadSurelyAsync("drill_schema", r => r.GetString(0), ct))[0];
}
