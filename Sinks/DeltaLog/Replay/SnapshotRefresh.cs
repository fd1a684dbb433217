using OrleansBatch.Sinks.DeltaLog.Features;
using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Replay;

// Goes on from a snapshot by the commits after it.
internal sealed class SnapshotRefresh(IObjectStore store, CommitReader commits, TimeProvider time, TimeSpan logRetention)
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);

    // Null when commits after the snapshot are gone already, or the table is another one: then the log must be read anew.
    public async Task<Snapshot?> TryAsync(Snapshot known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var newest = known.Version;
        if (!IsFresh(known))
        {
            var listing = await LogListing.ReadAsync(store, known.Version, cancellationToken);
            if (!listing.Has(known.Version))
            {
                return null;
            }

            newest = listing.Newest;
        }

        var builder = new SnapshotBuilder(known);
        while (await commits.TryApplyAsync(builder, builder.Version + 1, null, cancellationToken))
        {
        }

        return builder.Version >= newest ? builder.Build(now) : null;
    }

    // Whether the version after the snapshot was written, and cleaned away, before it was written again just now.
    // Logs are cleaned from their beginning: as long as the snapshot's own commit is there, the next one was not cleaned away.
    public async Task<bool> IsOvertakenAsync(Snapshot? read, CancellationToken cancellationToken)
    {
        if (read is null)
        {
            return (await LogListing.ReadAsync(store, 0, cancellationToken)).Newest > 0;
        }

        if (IsFresh(read))
        {
            return false;
        }

        var listing = await LogListing.ReadAsync(store, read.Version, cancellationToken);
        return !listing.Commits.ContainsKey(read.Version) && (!listing.Has(read.Version) || listing.Newest > read.Version + 1);
    }

    // Nobody has cleaned away the versions after a snapshot that is as young as this.
    private bool IsFresh(Snapshot known)
    {
        var half = (TableProperties.LogRetention(known.Metadata, logRetention) ?? TimeSpan.MaxValue) / 2;
        return time.GetUtcNow() - known.ReadAt is var age && age >= TimeSpan.Zero && age < (half < _longest ? half : _longest);
    }
}
