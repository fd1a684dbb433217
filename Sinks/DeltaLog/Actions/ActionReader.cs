using System.Collections.Immutable;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Json;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

// Reads a line of a commit. Lines of checkpoints are given the same form.
internal static class ActionReader
{
    // Null for what is no action, and for actions that change nothing here.
    public static object? Read(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new BadLogText("the line is no JSON object");
        }

        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                return Of(member.Name, member.Value);
            }
        }

        return null;
    }

    private static object? Of(string name, JsonElement action) => name switch
    {
        "add" => Add(action),
        "remove" => Remove(action),
        "txn" => new Transaction(
            action.NeededText("appId"), action.NeededNumber("version"), FileActions.Time(action.Number("lastUpdated"))),
        "metaData" => Metadata(action),
        "protocol" => Protocol(action),
        "commitInfo" => Info(action),
        "sidecar" => new Sidecar(action.NeededText("path")),
        _ => null,
    };

    private static AddFile Add(JsonElement add) => FileActions.Add(
        add.Text("path"),
        add.Number("size"),
        add.Number("modificationTime"),
        add.Text("stats"),
        add.Map("partitionValues") ?? FileActions.NoValues,
        add.Map("tags"),
        add.Member("deletionVector") is { } vector ? Vector(vector) : null);

    private static RemoveFile Remove(JsonElement remove) => FileActions.Remove(
        remove.Text("path"),
        remove.Number("size"),
        remove.Number("deletionTimestamp"),
        remove.Map("partitionValues"),
        remove.Member("deletionVector") is { } vector ? Vector(vector) : null);

    public static DeletionVector Vector(JsonElement vector) => new(
        vector.NeededText("storageType"),
        vector.NeededText("pathOrInlineDv"),
        vector.Number("offset") is null ? null : vector.NeededInt("offset"),
        vector.NeededInt("sizeInBytes"),
        vector.NeededNumber("cardinality"));

    private static DeltaMetadata Metadata(JsonElement metadata)
    {
        var format = metadata.Member("format");
        return new DeltaMetadata
        {
            Id = metadata.Text("id") ?? "",
            Name = metadata.Text("name"),
            Description = metadata.Text("description"),
            Provider = format?.Text("provider") ?? "parquet",
            FormatOptions = format?.Map("options") ?? ImmutableDictionary<string, string?>.Empty,
            SchemaString = metadata.Text("schemaString") ?? "",
            PartitionColumns = metadata.Texts("partitionColumns") ?? [],
            Configuration = metadata.Map("configuration") ?? ImmutableDictionary<string, string?>.Empty,
            CreatedTime = FileActions.Time(metadata.Number("createdTime")),
        };
    }

    private static DeltaProtocol Protocol(JsonElement protocol) => new(
        protocol.NeededInt("minReaderVersion"),
        protocol.NeededInt("minWriterVersion"),
        protocol.Texts("readerFeatures"),
        protocol.Texts("writerFeatures"));

    // People and other writers put anything into a commitInfo. What can't be used here is passed over.
    private static CommitInfo Info(JsonElement info) => new(
        Try(() => FileActions.Time(info.Number("inCommitTimestamp") ?? info.Number("timestamp"))),
        Try(() => info.Text("operation")),
        Try(() => info.Text("txnId")));

    private static T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (BadLogText)
        {
            return default;
        }
    }
}
