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
        "txn" => new Transaction(action.NeededText("appId"), action.NeededNumber("version"), action.Time("lastUpdated")),
        "metaData" => Metadata(action),
        "protocol" => Protocol(action),
        "commitInfo" => Info(action),
        "sidecar" => new Sidecar(action.NeededText("path")),
        _ => null,
    };

    private static AddFile Add(JsonElement add)
    {
        var uri = add.NeededText("path");
        return new AddFile
        {
            Path = FilePath.Decode(uri),
            Uri = uri,
            IsAbsolute = FilePath.IsAbsolute(uri),
            Size = add.Number("size") ?? 0,
            ModificationTime = add.Time("modificationTime") ?? DateTimeOffset.UnixEpoch,
            PartitionValues = add.Map("partitionValues") ?? ImmutableDictionary<string, string?>.Empty,
            Stats = add.Text("stats") is { } stats ? FileStats.Parse(stats) : null,
            Tags = add.Map("tags"),
            DeletionVector = Vector(add),
        };
    }

    private static RemoveFile Remove(JsonElement remove)
    {
        var uri = remove.NeededText("path");
        return new RemoveFile
        {
            Path = FilePath.Decode(uri),
            Uri = uri,
            DeletionTimestamp = remove.Time("deletionTimestamp"),
            PartitionValues = remove.Map("partitionValues"),
            Size = remove.Number("size"),
            DeletionVector = Vector(remove),
        };
    }

    private static DeletionVector? Vector(JsonElement of) => of.Member("deletionVector") is { } vector
        ? new DeletionVector(
            vector.NeededText("storageType"),
            vector.NeededText("pathOrInlineDv"),
            vector.Number("offset") is null ? null : vector.NeededInt("offset"),
            vector.NeededInt("sizeInBytes"),
            vector.NeededNumber("cardinality"))
        : null;

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
            CreatedTime = metadata.Time("createdTime"),
        };
    }

    private static DeltaProtocol Protocol(JsonElement protocol) => new(
        protocol.NeededInt("minReaderVersion"),
        protocol.NeededInt("minWriterVersion"),
        protocol.Texts("readerFeatures"),
        protocol.Texts("writerFeatures"));

    // People and other writers put anything into a commitInfo. What can't be used here is passed over.
    private static CommitInfo Info(JsonElement info) => new(
        Try(() => info.Time("inCommitTimestamp") ?? info.Time("timestamp")),
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
