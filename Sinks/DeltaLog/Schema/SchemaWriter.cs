using System.Buffers;
using System.Text;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Json;

namespace OrleansBatch.Sinks.DeltaLog.Schema;

internal static class SchemaWriter
{
    public static string Text(DeltaType type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, LogJson.WriterOptions))
        {
            Write(json, type);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, DeltaType type)
    {
        switch (type)
        {
            case PrimitiveType primitive:
                json.WriteStringValue(primitive.Name);
                break;
            case DecimalType number:
                json.WriteStringValue($"decimal({number.Precision},{number.Scale})");
                break;
            case StructType parts:
                Start(json, "struct");
                json.WriteStartArray("fields");
                foreach (var field in parts.Fields)
                {
                    Write(json, field);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case ArrayType list:
                Start(json, "array");
                Part(json, "elementType", list.ElementType);
                json.WriteBoolean("containsNull", list.ContainsNull);
                json.WriteEndObject();
                break;
            case MapType map:
                Start(json, "map");
                Part(json, "keyType", map.KeyType);
                Part(json, "valueType", map.ValueType);
                json.WriteBoolean("valueContainsNull", map.ValueContainsNull);
                json.WriteEndObject();
                break;
            default:
                throw new ArgumentException($"The type {type} is none of this library.", nameof(type));
        }
    }

    private static void Write(Utf8JsonWriter json, DeltaField field)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Name);
        Part(json, "type", field.Type);
        json.WriteBoolean("nullable", field.Nullable);
        json.WritePropertyName("metadata");
        json.WriteRawValue(field.Metadata);
        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
    }

    private static void Part(Utf8JsonWriter json, string name, DeltaType type)
    {
        json.WritePropertyName(name);
        Write(json, type);
    }
}
