using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Maintenance;

// Deletes what is older than the newest checkpoint behind the retention. That checkpoint and its commit stay, so that every
// younger version can still be read. https://github.com/delta-io/delta/blob/master/PROTOCOL.md#metadata-cleanup
internal sealed class LogCleanup(IObjectStore store)
{
    // Files go in the order of their versions, so that a crash leaves no hole behind the first version that is there.
    private const int AtOnce = 100;

    public async Task<int> RunAsync(long newest, DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var listing = await LogListing.ReadAsync(store, 0, cancellationToken);
        var oldCommit = listing.Commits
            .Where(c => c.Key <= newest && c.Value.Modified <= olderThan)
            .Select(c => c.Key).DefaultIfEmpty(-1).Max();
        var keep = listing.Checkpoints()
            .FirstOrDefault(c => c.Version <= oldCommit && listing.Commits.ContainsKey(c.Version));
        if (keep is null)
        {
            return 0;
        }

        var doomed = listing.Files.Where(f => f.Version < keep.Version).Select(f => f.Object.Name).ToList();
        foreach (var some in doomed.Chunk(AtOnce))
        {
            await store.DeleteAsync(some, cancellationToken);
        }

        return doomed.Count;
    }
}
