using OrleansBatch.Sinks.DeltaLog.Checkpoints;
using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Replay;

// Builds a snapshot from the log alone.
internal sealed class SnapshotReader(IObjectStore store, CommitReader commits, CheckpointReader checkpoints, TimeProvider time)
{
    // How often a log is listed anew when files of it vanish under the reader, as they do when another program cleans it.
    private const int Attempts = 3;

    // Null when there is no table.
    public async Task<Snapshot?> ReadNewestAsync(CancellationToken cancellationToken)
    {
        if (await LastCheckpoint.TryReadAsync(store, cancellationToken) is { } hint)
        {
            var tail = await LogListing.ReadAsync(store, hint, cancellationToken);
            if (await TryBuildAsync(tail, null, isWhole: false, cancellationToken) is { } snapshot)
            {
                return snapshot;
            }
        }

        return await ReadWholeAsync(null, cancellationToken);
    }

    public Task<Snapshot?> ReadAtAsync(long version, CancellationToken cancellationToken) => ReadWholeAsync(version, cancellationToken);

    private async Task<Snapshot?> ReadWholeAsync(long? version, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var listing = await LogListing.ReadAsync(store, 0, cancellationToken);
            if (listing.Commits.Count == 0 && !listing.Checkpoints().Any())
            {
                return null;
            }

            if (await TryBuildAsync(listing, version, isWhole: true, cancellationToken) is { } snapshot)
            {
                return snapshot;
            }
        }

        throw Damaged("files of it are listed and can't be read");
    }

    // Null when the files of the listing do not suffice.
    private async Task<Snapshot?> TryBuildAsync(LogListing listing, long? version, bool isWhole, CancellationToken cancellationToken)
    {
        foreach (var checkpoint in listing.Checkpoints().Where(c => version is null || c.Version <= version))
        {
            if (await checkpoints.TryReadAsync(checkpoint, cancellationToken) is { } builder)
            {
                return await TryGoOnAsync(builder, listing, version, cancellationToken);
            }
        }

        if (!isWhole)
        {
            return null;
        }

        if (!listing.Commits.ContainsKey(0))
        {
            throw version < listing.Checkpoints().LastOrDefault()?.Version
                ? NoSuchVersion(version.Value)
                : Damaged("its first commits are gone, and no checkpoint that can be read stands for them");
        }

        return await TryGoOnAsync(new SnapshotBuilder(store.Address), listing, version, cancellationToken);
    }

    private async Task<Snapshot?> TryGoOnAsync(
        SnapshotBuilder builder, LogListing listing, long? version, CancellationToken cancellationToken)
    {
        try
        {
            // A checkpoint does not keep what its commit says.
            if (listing.Commits.TryGetValue(builder.Version, out var own))
            {
                builder.Timestamp = await commits.FindTimestampAsync(own, builder.Version, cancellationToken) ?? own.Modified;
            }

            foreach (var (number, commit) in listing.Commits.Where(c => c.Key > builder.Version && (version is null || c.Key <= version)))
            {
                if (number != builder.Version + 1)
                {
                    throw Damaged($"version {builder.Version + 1} is missing, and version {number} is there");
                }

                if (!await commits.TryApplyAsync(builder, number, commit, cancellationToken))
                {
                    return null;
                }
            }
        }
        catch (DeltaLogException)
        {
            builder.RequireKnownProtocol();
            throw;
        }

        return version is null || builder.Version == version
            ? builder.Build(time.GetUtcNow())
            : throw NoSuchVersion(version.Value);
    }

    private DeltaLogException Damaged(string what) => new(
        $"The log of the table at {store.Address} is damaged: {what}. Restore its files from a copy of the table.",
        DeltaLogTrouble.Damaged);

    private DeltaLogException NoSuchVersion(long version) => new(
        $"The table at {store.Address} has no version {version} in its log: it is not there yet, or was cleaned away.",
        DeltaLogTrouble.NoSuchVersion);
}
