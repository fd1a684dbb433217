using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Json;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// The file that names a checkpoint near the newest. Anybody may have written it at any time: it is a hint and no more.
internal static class LastCheckpoint
{
    public static async Task<long?> TryReadAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        if (await store.TryReadAsync(LogNames.LastCheckpoint, cancellationToken) is not { } bytes)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Number("version") is > 0 and var version ? version : null;
        }
        catch (Exception error) when (error is JsonException or BadLogText or InvalidOperationException)
        {
            return null;
        }
    }

    public static Task WriteAsync(
        IObjectStore store, long version, long actions, long bytes, int adds, CancellationToken cancellationToken) =>
        store.PutAsync(
            LogNames.LastCheckpoint,
            JsonSerializer.SerializeToUtf8Bytes(new { version, size = actions, sizeInBytes = bytes, numOfAddFiles = adds }),
            cancellationToken);
}
