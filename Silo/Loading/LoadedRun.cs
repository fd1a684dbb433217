using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Loading;

// A run that a verb has enqueued and watches.
internal sealed record LoadedRun(GroupKey Group, Guid RunId, int Batches, long Rows)
{
    // An earlier call began the run.
    public bool IsContinued { get; init; }

    // The run has nothing left to be done.
    public bool HasEnded { get; init; }

    // The lakes to which the sinks of this machine write the run, as far as they are known here.
    public Lakes Lakes { get; init; } = new();
}
