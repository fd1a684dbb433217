using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Loading;

// A run that an earlier load has begun and that has not ended. The lakes are null where the load had no choice of it.
internal sealed record UnfinishedLoad(Guid RunId, GroupKey Group, Lakes? Lakes);
