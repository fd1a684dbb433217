namespace OrleansBatch.Silo.Drill.Faults;

// What one moment of the plan draws: always the same numbers for a seed, whatever can be done with them at that moment.
internal sealed record FaultDraw(IReadOnlyList<FaultKind> Kinds, IReadOnlyList<int> Silos, double Strength, double Choice)
{
    // The faults that the promises about takeover are about come more often.
    private static int Weight(FaultKind fault) => fault switch { FaultKind.Kill => 4, FaultKind.Freeze or FaultKind.HalfOpen => 2, _ => 1 };

    public static FaultDraw Next(Random random, DrillOptions options)
    {
        var kinds = options.Faults.SelectMany(f => Enumerable.Repeat(f, Weight(f))).ToArray();
        var silos = Enumerable.Range(0, options.Silos).ToArray();
        random.Shuffle(kinds);
        random.Shuffle(silos);
        return new FaultDraw([.. kinds.Distinct()], silos, random.NextDouble(), random.NextDouble());
    }
}
