using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Schema;

// https://github.com/delta-io/delta/blob/master/PROTOCOL.md#schema-serialization-format
internal static partial class SchemaReader
{
    public static DeltaType Type(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => Primitive(type.GetString()!),
        JsonValueKind.Object => Nested(type),
        _ => throw new BadLogText("a type is neither a name nor an object"),
    };

    private static DeltaType Primitive(string name) =>
        DecimalName().Match(name) is { Success: true } match ? new DecimalType(Digits(match, 1), Digits(match, 2))
        : name == "decimal" ? new DecimalType(10, 0)
        : new PrimitiveType(name);

    private static DeltaType Nested(JsonElement type) => Text(type, "type") switch
    {
        "struct" => new StructType([.. Member(type, "fields").EnumerateArray().Select(Field)]),
        "array" => new ArrayType(Type(Member(type, "elementType")), Flag(type, "containsNull")),
        "map" => new MapType(Type(Member(type, "keyType")), Type(Member(type, "valueType")), Flag(type, "valueContainsNull")),
        var other => throw new BadLogText($"the type \"{other}\" is unknown"),
    };

    private static DeltaField Field(JsonElement field) => new(
        Text(field, "name"),
        Type(Member(field, "type")),
        Flag(field, "nullable"),
        field.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? metadata.GetRawText() : "{}");

    private static JsonElement Member(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) ? member : throw new BadLogText($"the member \"{name}\" is missing");

    private static string Text(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw new BadLogText($"\"{name}\" is no text");

    // Old writers leave out what is true.
    private static bool Flag(JsonElement of, string name) =>
        !of.TryGetProperty(name, out var flag) || flag.ValueKind != JsonValueKind.False;

    private static int Digits(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^decimal\(\s*([0-9]{1,2})\s*,\s*([0-9]{1,2})\s*\)$")]
    private static partial Regex DecimalName();
}
