using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Replay;

// Reads commits of one table.
internal sealed class CommitReader(IObjectStore store)
{
    // A commit above this is read from a file of this host and not from memory.
    private const long MostInMemory = 8 * 1024 * 1024;

    // False when the commit is not there.
    public async Task<bool> TryApplyAsync(
        SnapshotBuilder builder, long version, StoredObject? listed, CancellationToken cancellationToken)
    {
        if (listed?.Length > MostInMemory)
        {
            using var file = await store.TryFetchAsync(LogNames.Commit(version), cancellationToken);
            if (file is null)
            {
                return false;
            }

            using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            Apply(builder, version, LogLines.Of(stream), listed.Modified);
            return true;
        }

        if (await store.TryReadAsync(LogNames.Commit(version), cancellationToken) is not { } bytes)
        {
            return false;
        }

        Apply(builder, version, LogLines.Of(bytes), listed?.Modified);
        return true;
    }

    // When a commit says that it was made, or null. What it says of itself stands on its first line.
    public async Task<DateTimeOffset?> FindTimestampAsync(StoredObject commit, long version, CancellationToken cancellationToken) =>
        commit.Length <= MostInMemory && await store.TryReadAsync(commit.Name, cancellationToken) is { } bytes
            ? Actions(version, LogLines.Of(bytes)).OfType<CommitInfo>().FirstOrDefault()?.Timestamp
            : null;

    public void Apply(SnapshotBuilder builder, long version, IEnumerable<ReadOnlyMemory<byte>> lines, DateTimeOffset? modified)
    {
        DateTimeOffset? said = null;
        foreach (var action in Actions(version, lines))
        {
            builder.Apply(action);
            said ??= (action as CommitInfo)?.Timestamp;
        }

        builder.Version = version;
        builder.Timestamp = said ?? modified ?? builder.Timestamp;
    }

    public IEnumerable<object?> Actions(long version, IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            yield return Read(version, number, line);
        }
    }

    private object? Read(long version, int number, ReadOnlyMemory<byte> line)
    {
        try
        {
            return ActionReader.Read(line);
        }
        catch (Exception error) when (error is JsonException or BadLogText or InvalidOperationException)
        {
            throw new DeltaLogException(
                $"Line {number} of {LogNames.Commit(version)} of the table at {store.Address} can't be read: {error.Message}. "
                    + "Restore the file from a copy of the table.",
                DeltaLogTrouble.Damaged,
                error);
        }
    }
}
