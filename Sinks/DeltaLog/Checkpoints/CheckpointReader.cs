using System.Text.Json;

using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// Reads a checkpoint of any kind. DuckDB makes lines of its rows, as a commit has them.
internal sealed class CheckpointReader(IObjectStore store, SessionPool sessions)
{
    // Null when the checkpoint can't be used: a file of it is gone or no checkpoint. An older one, or the commits, will do.
    public async Task<SnapshotBuilder?> TryReadAsync(CheckpointFiles checkpoint, CancellationToken cancellationToken)
    {
        var builder = new SnapshotBuilder(store.Address)
        {
            Version = checkpoint.Version,
            CheckpointVersion = checkpoint.Version,
            Timestamp = checkpoint.Parts[0].Modified,
        };
        try
        {
            return await TryReadAsync(checkpoint, builder, cancellationToken) ? builder : null;
        }
        catch (DuckDBException error) when (DuckDbError.KindOf(error) == DuckDBErrorType.OutOfMemory)
        {
            throw new DeltaLogException(
                $"DuckDB had too little memory for checkpoint {checkpoint.Version} of the table at "
                    + $"{store.Address}: {DuckDbError.FirstLine(error)}. Give it more.",
                DeltaLogTrouble.NoMemory,
                error);
        }
        catch (Exception error) when (error is DuckDBException or JsonException or BadLogText or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<bool> TryReadAsync(CheckpointFiles checkpoint, SnapshotBuilder builder, CancellationToken cancellationToken)
    {
        var sidecars = new List<string>();
        foreach (var name in checkpoint.Parts.Select(p => p.Name))
        {
            if (!await TryReadAsync(name, Apply, cancellationToken))
            {
                return false;
            }
        }

        foreach (var name in sidecars)
        {
            if (!await TryReadAsync(name, builder.Apply, cancellationToken))
            {
                return false;
            }
        }

        return true;

        void Apply(object? action)
        {
            builder.Apply(action);
            if (action is Sidecar sidecar)
            {
                sidecars.Add(NameOf(sidecar));
            }
        }
    }

    private async Task<bool> TryReadAsync(string name, Action<object?> apply, CancellationToken cancellationToken)
    {
        using var file = await store.TryFetchAsync(name, cancellationToken);
        if (file is null)
        {
            return false;
        }

        if (name.EndsWith(".json", StringComparison.Ordinal))
        {
            foreach (var line in LogLines.Of(await File.ReadAllBytesAsync(file.Path, cancellationToken)))
            {
                apply(ActionReader.Read(line));
            }

            return true;
        }

        return sessions.Use(session =>
        {
            new CheckpointRows(session, file.Path, cancellationToken).ReadAll(apply);
            return true;
        });
    }

    // Parts lie in one directory, whatever address a writer gave them.
    // https://github.com/delta-io/delta/blob/master/PROTOCOL.md#sidecar-file-information
    private static string NameOf(Sidecar sidecar) => LogNames.Sidecars + FilePath.Decode(sidecar.Uri).Split('/')[^1];
}
