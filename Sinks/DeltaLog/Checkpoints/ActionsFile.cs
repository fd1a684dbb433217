using System.Buffers;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Json;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// A snapshot's actions as lines of a file, which is deleted at the end.
internal sealed class ActionsFile : IDisposable
{
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Utf8JsonWriter _json;

    private ActionsFile(string path)
    {
        _file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, 128 * 1024, FileOptions.DeleteOnClose);
        _json = new Utf8JsonWriter(_line, LogJson.WriterOptions);
    }

    public string Path => _file.Name;

    public long Lines { get; private set; }

    // DuckDB sets twice as much aside at once.
    public long LongestLine { get; private set; } = 64 * 1024;

    public static ActionsFile Write(string path, Snapshot snapshot)
    {
        var file = new ActionsFile(path);
        try
        {
            file.Write(snapshot);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }

    private void Write(Snapshot snapshot)
    {
        ActionWriter.Write(_json, snapshot.Protocol);
        End();
        ActionWriter.Write(_json, snapshot.Metadata);
        End();
        foreach (var transaction in snapshot.Transactions.Values)
        {
            ActionWriter.Write(_json, transaction);
            End();
        }

        foreach (var add in snapshot.Files.Values)
        {
            ActionWriter.Write(_json, add, dataChange: false);
            End();
        }

        foreach (var remove in snapshot.Tombstones.Values)
        {
            ActionWriter.Write(_json, remove, dataChange: false);
            End();
        }

        _file.Flush();
    }

    private void End()
    {
        _json.Flush();
        _json.Reset();
        _line.Write("\n"u8);
        _file.Write(_line.WrittenSpan);
        LongestLine = Math.Max(LongestLine, _line.WrittenCount);
        Lines++;
        _line.ResetWrittenCount();
    }
}
