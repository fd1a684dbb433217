using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Loading;

// A run that an earlier load has begun and that has not ended; the lake is null where it was not the load's to choose.
internal sealed record UnfinishedLoad(Guid RunId, GroupKey Group, string? Lake);
