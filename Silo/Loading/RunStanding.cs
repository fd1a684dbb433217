using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Loading;

// How a run stands that was enqueued before. State is of all sinks together; open says that its producer has not ended it; a retry has what
// an earlier run left, and takes none of the call's files.
internal sealed record RunStanding(
    Guid RunId, GroupKey Group, string SyncType, bool IsOpen, string State, long Batches, long Applied, long Rows, string? Lake,
    bool IsRetry)
{
    public bool IsUnfinished => State == "unfinished";

    public LoadedRun ToLoadedRun() => new(Group, RunId, checked((int)Batches), Rows) { IsContinued = true, HasEnded = !IsUnfinished };
}
