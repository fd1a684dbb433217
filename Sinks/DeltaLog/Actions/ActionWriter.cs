using System.Text.Json;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

// Writes one action as the object that stands on a line of the log.
internal static class ActionWriter
{
    public static void Write(Utf8JsonWriter json, AddFile file, bool dataChange)
    {
        Start(json, "add", file.Uri);
        Map(json, "partitionValues", file.PartitionValues);
        json.WriteNumber("size", file.Size);
        json.WriteNumber("modificationTime", file.ModificationTime.ToUnixTimeMilliseconds());
        json.WriteBoolean("dataChange", dataChange);
        if (file.Stats is { } stats)
        {
            json.WriteString("stats", stats.ToJson());
        }

        if (file.Tags is { } tags)
        {
            Map(json, "tags", tags);
        }

        Vector(json, file.DeletionVector);
        End(json);
    }

    public static void Write(Utf8JsonWriter json, RemoveFile file, bool dataChange)
    {
        Start(json, "remove", file.Uri);
        Time(json, "deletionTimestamp", file.DeletionTimestamp);
        json.WriteBoolean("dataChange", dataChange);

        // The three that follow are the extended metadata. Readers may rely on all of them when the flag is set.
        json.WriteBoolean("extendedFileMetadata", file.PartitionValues is not null && file.Size is not null);
        if (file.PartitionValues is { } values)
        {
            Map(json, "partitionValues", values);
        }

        if (file.Size is { } size)
        {
            json.WriteNumber("size", size);
        }

        Vector(json, file.DeletionVector);
        End(json);
    }

    public static void Write(Utf8JsonWriter json, Transaction transaction)
    {
        json.WriteStartObject();
        json.WriteStartObject("txn");
        json.WriteString("appId", transaction.AppId);
        json.WriteNumber("version", transaction.Version);
        Time(json, "lastUpdated", transaction.LastUpdated);
        End(json);
    }

    public static void Write(Utf8JsonWriter json, DeltaProtocol protocol)
    {
        json.WriteStartObject();
        json.WriteStartObject("protocol");
        json.WriteNumber("minReaderVersion", protocol.MinReaderVersion);
        json.WriteNumber("minWriterVersion", protocol.MinWriterVersion);
        List(json, "readerFeatures", protocol.ReaderFeatures);
        List(json, "writerFeatures", protocol.WriterFeatures);
        End(json);
    }

    public static void Write(Utf8JsonWriter json, DeltaMetadata metadata)
    {
        json.WriteStartObject();
        json.WriteStartObject("metaData");
        json.WriteString("id", metadata.Id);
        Text(json, "name", metadata.Name);
        Text(json, "description", metadata.Description);
        json.WriteStartObject("format");
        json.WriteString("provider", metadata.Provider);
        Map(json, "options", metadata.FormatOptions);
        json.WriteEndObject();
        json.WriteString("schemaString", metadata.SchemaString);
        List(json, "partitionColumns", metadata.PartitionColumns);
        Map(json, "configuration", metadata.Configuration);
        Time(json, "createdTime", metadata.CreatedTime);
        End(json);
    }

    private static void Start(Utf8JsonWriter json, string action, string path)
    {
        json.WriteStartObject();
        json.WriteStartObject(action);
        json.WriteString("path", path);
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Vector(Utf8JsonWriter json, DeletionVector? vector)
    {
        if (vector is null)
        {
            return;
        }

        json.WriteStartObject("deletionVector");
        json.WriteString("storageType", vector.StorageType);
        json.WriteString("pathOrInlineDv", vector.PathOrInlineDv);
        if (vector.Offset is { } offset)
        {
            json.WriteNumber("offset", offset);
        }

        json.WriteNumber("sizeInBytes", vector.SizeInBytes);
        json.WriteNumber("cardinality", vector.Cardinality);
        json.WriteEndObject();
    }

    private static void Map(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string?> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void List(Utf8JsonWriter json, string name, IReadOnlyList<string>? list)
    {
        if (list is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in list)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at)
        {
            json.WriteNumber(name, at.ToUnixTimeMilliseconds());
        }
    }
}
