using System.Collections.Concurrent;
using System.Globalization;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Drill.Silos;
using OrleansBatch.Drill.Tables;
using OrleansBatch.Drill.Takeovers;
using OrleansBatch.Drill.Work;

namespace OrleansBatch.Drill.Faults;

internal sealed record FaultContext(
    DrillOptions Options, DrillDatabase Database, IReadOnlyList<DrillSilo> Silos, Timeline Timeline, OrphanWatch Orphans,
    Action<string> Say)
{
    // Null for a sink without tables.
    public IDrillLake? Lake { get; init; }

    public Meddler? Meddler { get; init; }

    // What stood in the logs when silos that were caught in a commit went on.
    public ConcurrentBag<FenceFact> Fences { get; init; } = [];

    // A silo that was cut off or frozen needs a moment to notice the end of the fault.
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(2);

    public void Tell(FaultKind fault, string what) =>
        Say(string.Create(CultureInfo.InvariantCulture, $"{FaultNames.Of(fault),-10} {what}"));

    public static async Task RecoverAsync(DrillSilo silo, CancellationToken ct)
    {
        await Task.Delay(_settle, ct);
        await silo.WaitUntilReadyAsync(ct);
    }

    // A time beyond the lifetime, by one to four seconds.
    public TimeSpan BeyondLifetime(FaultDraw draw) => Options.Lifetime + TimeSpan.FromSeconds(1 + (3 * draw.Strength));
}
