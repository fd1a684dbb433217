using System.Runtime.CompilerServices;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Replay;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.History;

internal sealed class HistoryReader(IObjectStore store, CommitReader commits)
{
    public async IAsyncEnumerable<CommitSummary> ReadAsync(int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = await LogListing.ReadAsync(store, 0, cancellationToken);
        foreach (var (version, listed) in listing.Commits.Reverse().Take(limit))
        {
            // Nothing is there when the log was cleaned meanwhile.
            if (await store.TryReadAsync(LogNames.Commit(version), cancellationToken) is not { } bytes)
            {
                yield break;
            }

            yield return Summary(version, listed.Modified, bytes);
        }
    }

    private CommitSummary Summary(long version, DateTimeOffset modified, byte[] bytes)
    {
        var summary = new CommitSummary(version, null, null, null, 0, 0, 0, 0);
        string? info = null;
        foreach (var action in commits.Actions(version, LogLines.Of(bytes).Select(Remember)))
        {
            summary = action switch
            {
                CommitInfo own => summary with { Timestamp = own.Timestamp, Operation = own.Operation, Info = info },
                AddFile add => summary with
                {
                    FilesAdded = summary.FilesAdded + 1,
                    RowsAdded = summary.RowsAdded + add.Rows,
                    BytesAdded = summary.BytesAdded + add.Size,
                },
                RemoveFile => summary with { FilesRemoved = summary.FilesRemoved + 1 },
                _ => summary,
            };
        }

        return summary with { Timestamp = summary.Timestamp ?? modified };

        ReadOnlyMemory<byte> Remember(ReadOnlyMemory<byte> line)
        {
            info = line.Span.TrimStart(" "u8).StartsWith("{\"commitInfo\""u8) ? InfoOf(line) : null;
            return line;
        }
    }

    private static string? InfoOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("commitInfo").GetRawText();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
