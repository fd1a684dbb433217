using System.Buffers;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Json;

namespace OrleansBatch.Sinks.DeltaLog.Commits;

// A commit as the file that it becomes: one action a line, and what the commit says of itself first.
internal static class CommitText
{
    private static readonly string[] _ownMembers =
        ["timestamp", "operation", "operationParameters", "operationMetrics", "readVersion", "isBlindAppend", "engineInfo", "txnId"];

    public static byte[] Of(Commit commit, string txnId, long? readVersion, DateTimeOffset now)
    {
        var lines = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(lines, LogJson.WriterOptions);
        Line(j => Info(j, commit, txnId, readVersion, now));
        if (commit.Protocol is { } protocol)
        {
            Line(j => ActionWriter.Write(j, protocol));
        }

        if (commit.Metadata is { } metadata)
        {
            Line(j => ActionWriter.Write(j, metadata));
        }

        foreach (var transaction in commit.Transactions)
        {
            Line(j => ActionWriter.Write(j, transaction));
        }

        foreach (var remove in commit.Removes)
        {
            Line(j => ActionWriter.Write(j, remove, commit.DataChange));
        }

        foreach (var add in commit.Adds)
        {
            Line(j => ActionWriter.Write(j, add, commit.DataChange));
        }

        return lines.WrittenSpan.ToArray();

        void Line(Action<Utf8JsonWriter> write)
        {
            write(json);
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
        }
    }

    private static void Info(Utf8JsonWriter json, Commit commit, string txnId, long? readVersion, DateTimeOffset now)
    {
        var info = commit.Info;
        json.WriteStartObject();
        json.WriteStartObject("commitInfo");
        json.WriteNumber("timestamp", now.ToUnixTimeMilliseconds());
        json.WriteString("operation", info.Operation);
        json.WriteStartObject("operationParameters");
        foreach (var (name, value) in info.Parameters)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        if (readVersion is { } version)
        {
            json.WriteNumber("readVersion", version);
        }

        // Delta's own writers give counts as text.
        json.WriteStartObject("operationMetrics");
        foreach (var (name, value) in info.Metrics)
        {
            json.WriteString(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
        if (info.EngineInfo is { } engine)
        {
            json.WriteString("engineInfo", engine);
        }

        json.WriteString("txnId", txnId);
        foreach (var (name, value) in info.Custom?.Where(m => !_ownMembers.Contains(m.Key)) ?? [])
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value?.ToJsonString(LogJson.Options) ?? "null");
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
