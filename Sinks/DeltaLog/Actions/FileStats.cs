using System.Buffers;
using System.Text;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Json;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>The statistics of a data file. A wrong one loses rows for readers: what is unsure is left out.</summary>
public sealed class FileStats
{
    private const string TightBounds = "tightBounds";

    // Text of one byte a character, because a table has as many as files.
    private readonly byte[] _json;

    private FileStats(byte[] json, long? numRecords)
    {
        _json = json;
        NumRecords = numRecords;
    }

    /// <summary>Gets how many rows the file has, deleted ones included, or null when nobody wrote it down.</summary>
    public long? NumRecords { get; }

    /// <summary>Makes the statistics of a file that was written here.</summary>
    /// <param name="numRecords">How many rows the file has.</param>
    /// <param name="columns">What is known of the columns; those of parts of structs are left out.</param>
    public static FileStats Create(long numRecords, IEnumerable<KeyValuePair<string, ColumnStats>> columns)
    {
        var known = columns.ToList();
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, LogJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("numRecords", numRecords);
            Write(json, "minValues", known.Select(c => (c.Key, c.Value.Min)));
            Write(json, "maxValues", known.Select(c => (c.Key, c.Value.Max)));
            json.WriteStartObject("nullCount");
            foreach (var (name, column) in known.Where(c => c.Value.NullCount is not null))
            {
                json.WriteNumber(name, column.NullCount!.Value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new FileStats(buffer.WrittenSpan.ToArray(), numRecords);
    }

    /// <summary>Returns the statistics as they stand in the log.</summary>
    public string ToJson() => Encoding.UTF8.GetString(_json);

    /// <summary>
    /// Returns the statistics of the same file once rows of it are marked as deleted: the bounds need not be values of its rows any more.
    /// </summary>
    public FileStats WithWideBounds()
    {
        var buffer = new ArrayBufferWriter<byte>(_json.Length + 32);
        using (var json = new Utf8JsonWriter(buffer, LogJson.WriterOptions))
        using (var document = JsonDocument.Parse(_json))
        {
            json.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject().Where(m => !m.NameEquals(TightBounds)))
            {
                member.WriteTo(json);
            }

            json.WriteBoolean(TightBounds, false);
            json.WriteEndObject();
        }

        return new FileStats(buffer.WrittenSpan.ToArray(), NumRecords);
    }

    /// <summary>Reads what is known of the columns. Nothing is known when the text is not as the protocol says.</summary>
    public IReadOnlyDictionary<string, ColumnStats> ReadColumns() => ColumnStatsReader.Read(_json);

    // https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics
    internal bool HasWideBounds()
    {
        using var document = JsonDocument.Parse(_json);
        return document.RootElement.TryGetProperty(TightBounds, out var tight) && tight.ValueKind == JsonValueKind.False;
    }

    // Statistics that can't be read are no statistics: the file is as good as before.
    internal static FileStats? Parse(string text)
    {
        var json = Encoding.UTF8.GetBytes(text);
        try
        {
            return new FileStats(json, ReadNumRecords(json));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? ReadNumRecords(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals("numRecords"u8);
            reader.Read();
            if (isIt)
            {
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0 ? number : null;
            }

            reader.Skip();
        }

        return null;
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<(string Column, JsonElement? Value)> values)
    {
        json.WriteStartObject(name);
        foreach (var (column, value) in values.Where(v => v.Value is not null))
        {
            json.WritePropertyName(column);
            value!.Value.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
