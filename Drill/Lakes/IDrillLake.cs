using OrleansBatch.Drill.Faults;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Lakes;

// The lake of a drill, its ways to it, and the moments of a commit that can be seen from outside.
internal interface IDrillLake : IAsyncDisposable
{
    // The lake as the drill itself sees it, past all faults.
    IObjectStore Store { get; }

    LakeOfSilo For(int silo);

    // Null where nothing lies between a silo and its store.
    FaultProxy? WayOf(int silo);

    // Acts at the moment at which the silo's process comes to a point of a commit, and answers where that was.
    Task<PointHit> TrapAsync(Trap trap, CancellationToken ct);

    // Ends every process at once.
    void Kill();
}
