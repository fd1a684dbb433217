using System.Globalization;

using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Looking;

// What a reader of a table must read of its log, beside the newest checkpoint.
internal static class LogTail
{
    private const string Log = "_delta_log/";

    // Checkpoints come far more often. A log without one so far back is listed whole.
    private const long MostCommits = 1_000;

    public static async Task<DeltaTableLogTail> ReadAsync(IObjectStore store, long version, CancellationToken cancellationToken)
    {
        var tail = await ListAsync(store, version - MostCommits, cancellationToken);
        return tail.CheckpointVersion is null && version > MostCommits ? await ListAsync(store, 0, cancellationToken) : tail;
    }

    private static async Task<DeltaTableLogTail> ListAsync(IObjectStore store, long from, CancellationToken cancellationToken)
    {
        var (checkpoint, commits, bytes) = ((long?)null, 0L, 0L);
        var after = from > 0 ? Log + from.ToString("D20", CultureInfo.InvariantCulture) : null;
        await foreach (var file in store.ListAsync(Log, after, cancellationToken))
        {
            var words = file.Name[Log.Length..].Split('.');
            if (words[0].Length != 20 || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                break;
            }

            if (words[1] == "checkpoint")
            {
                (checkpoint, commits, bytes) = (version, 0, 0);
            }
            else if (words is [_, "json"] && version != checkpoint)
            {
                (commits, bytes) = (commits + 1, bytes + file.Length);
            }
        }

        return new DeltaTableLogTail(checkpoint, commits, bytes);
    }
}
