using System.Globalization;
using System.Text;

using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// A snapshot as sorted text, so that two of them can be compared and the difference is seen.
internal static class SnapshotText
{
    public static string Of(Snapshot snapshot)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"version {snapshot.Version} rows {snapshot.Rows} bytes {snapshot.Bytes}");
        var protocol = snapshot.Protocol;
        text.AppendLine(CultureInfo.InvariantCulture, $"protocol {protocol.MinReaderVersion} {protocol.MinWriterVersion}");
        text.AppendLine(CultureInfo.InvariantCulture, $"features {Words(protocol.ReaderFeatures)} {Words(protocol.WriterFeatures)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"schema {snapshot.Schema.ToJson()} {Map(snapshot.Metadata.Configuration)}");
        AddAll(text, snapshot.Files.Values.Select(f =>
            $"add {f.Path} {f.Size} {f.ModificationTime:o} {Map(f.PartitionValues)} {f.Stats?.ToJson()} {Map(f.Tags)} {f.DeletionVector}"));
        AddAll(text, snapshot.Tombstones.Values.Select(f =>
            $"remove {f.Path} {f.Size} {f.DeletionTimestamp:o} {Map(f.PartitionValues)} {f.DeletionVector}"));
        AddAll(text, snapshot.Transactions.Values.Select(t => $"txn {t.AppId} {t.Version} {t.LastUpdated:o}"));
        return text.ToString();
    }

    private static void AddAll(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (var line in lines.Order(StringComparer.Ordinal))
        {
            text.AppendLine(line);
        }
    }

    private static string Words(IReadOnlyList<string>? words) => words is null ? "none" : string.Join(",", words);

    private static string Map(IReadOnlyDictionary<string, string?>? map) => map is null
        ? "none"
        : $"{{{string.Join(",", map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value ?? "null"}"))}}}";
}
