using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Loading;

// A run that an earlier load has begun and that has not ended. The lake is null where the load had no choice of it.
internal sealed record UnfinishedLoad(Guid RunId, GroupKey Group, string? Lake);
