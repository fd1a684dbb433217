using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Loading;

// The standing of an earlier run. State is of all sinks together. Open says that the producer has not ended the run.
// A retry has the batches that an earlier run left, so the call's files don't go into it.
internal sealed record RunStanding(
    Guid RunId, GroupKey Group, string SyncType, bool IsOpen, string State, long Batches, long Applied, long Rows, Lakes? Lakes,
    bool IsRetry)
{
    public bool IsUnfinished => State == "unfinished";

    public LoadedRun ToLoadedRun() => new(Group, RunId, checked((int)Batches), Rows) { IsContinued = true, HasEnded = !IsUnfinished };
}
