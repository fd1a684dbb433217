namespace OrleansBatch.Drill.Faults;

// The draws of one moment of the plan. A seed always gives the same numbers, whatever can be done with them at that moment.
internal sealed record FaultDraw(IReadOnlyList<FaultKind> Kinds, IReadOnlyList<int> Silos, double Strength, double Choice)
{
    // Faults that cause takeovers come more often, because promises speak of takeovers.
    private static int Weight(FaultKind fault) => fault switch
    {
        FaultKind.Kill => 4,
        FaultKind.Put or FaultKind.Cursor => 3,
        FaultKind.Data or FaultKind.Checkpoint => 2,
        FaultKind.Freeze or FaultKind.HalfOpen or FaultKind.Vanish or FaultKind.PowerOff or FaultKind.Split or FaultKind.OneWay => 2,
        _ => 1,
    };

    public static FaultDraw Next(Random random, DrillOptions options)
    {
        var kinds = options.Faults.SelectMany(f => Enumerable.Repeat(f, Weight(f))).ToArray();
        var silos = Enumerable.Range(0, options.Places).ToArray();
        random.Shuffle(kinds);
        random.Shuffle(silos);
        return new FaultDraw([.. kinds.Distinct()], silos, random.NextDouble(), random.NextDouble());
    }
}
