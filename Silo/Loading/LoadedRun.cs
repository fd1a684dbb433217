using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Loading;

// A run that a verb has enqueued and watches.
internal sealed record LoadedRun(GroupKey Group, Guid RunId, int Batches, long Rows)
{
    // An earlier call began it.
    public bool IsContinued { get; init; }

    // Nothing is left to be done for it.
    public bool HasEnded { get; init; }

    // Where the duckdb sink of this machine writes it; null when that is not known here.
    public string? Lake { get; init; }
}
