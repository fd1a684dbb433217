using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Loading;

// A run that a verb has enqueued and watches.
internal sealed record LoadedRun(GroupKey Group, Guid RunId, int Batches, long Rows);
