using OrleansBatch.Drill.Silos;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Lakes;

// Catches a process at a point. The act must be quick: the process runs on meanwhile.
internal sealed record Trap(int Silo, SiloProcess Process, CommitPoint Point, Action Act)
{
    // What becomes of a request that was caught on its way to S3.
    public CaughtRequest Request { get; init; } = new(LosesAnswer: false, Released: Task.CompletedTask);
}

// A request is passed on once it is released. Its answer may be lost.
internal sealed record CaughtRequest(bool LosesAnswer, Task Released);

// Where a process was caught.
internal sealed record PointHit(GroupKey Group, string Name);
