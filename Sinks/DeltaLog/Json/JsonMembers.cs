using System.Collections.Immutable;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Json;

// The members of an action: absent and null are the same.
internal static class JsonMembers
{
    public static JsonElement? Member(this JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    public static string? Text(this JsonElement of, string name) => of.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw new BadLogText($"\"{name}\" is no text"),
    };

    public static string NeededText(this JsonElement of, string name) =>
        of.Text(name) ?? throw new BadLogText($"\"{name}\" is missing");

    public static long? Number(this JsonElement of, string name) => of.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        _ => throw new BadLogText($"\"{name}\" is no whole number"),
    };

    public static long NeededNumber(this JsonElement of, string name) =>
        of.Number(name) ?? throw new BadLogText($"\"{name}\" is missing");

    public static int NeededInt(this JsonElement of, string name) =>
        of.NeededNumber(name) is var number and >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw new BadLogText($"\"{name}\" is too large");

    public static IReadOnlyList<string>? Texts(this JsonElement of, string name) => of.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(e => Value(name, e) ?? "")],
        _ => throw new BadLogText($"\"{name}\" is no list"),
    };

    public static IReadOnlyDictionary<string, string?>? Map(this JsonElement of, string name) => of.Member(name)?.AsMap();

    // Most maps are empty, and all of these are one.
    public static IReadOnlyDictionary<string, string?> AsMap(this JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object)
        {
            throw new BadLogText("what should be a map is none");
        }

        var entries = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject())
        {
            entries[entry.Name] = Value(entry.Name, entry.Value);
        }

        return entries.Count == 0 ? ImmutableDictionary<string, string?>.Empty : entries;
    }

    private static string? Value(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => throw new BadLogText($"\"{name}\" holds something else than text"),
    };
}
