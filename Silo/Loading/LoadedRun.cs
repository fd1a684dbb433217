using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Loading;

// A run that a verb has enqueued and watches.
internal sealed record LoadedRun(GroupKey Group, Guid RunId, int Batches, long Rows)
{
    // An earlier call began the run.
    public bool IsContinued { get; init; }

    // The run has nothing left to be done.
    public bool HasEnded { get; init; }

    // The lake to which the duckdb sink of this machine writes the run; null when the lake is not known here.
    public string? Lake { get; init; }
}
