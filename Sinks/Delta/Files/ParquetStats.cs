using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Delta.Files;

// The statistics of a file as DuckDB gives them when it writes one, in the words of Delta's log.
// DuckDB gives texts. A bound that is not read for certain is left out, because a wrong one hides rows from readers.
internal static class ParquetStats
{
    // Longer texts make the log long, and tell readers little more.
    private const int LongestText = 64;

    private const string DateForm = "yyyy-MM-dd";

    private static readonly SearchValues<char> _ofDecimals = SearchValues.Create("0123456789.");

    private static readonly string[] _times =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm:sszz", "yyyy-MM-dd HH:mm:ss.FFFFFFzz",
    ];

    public static FileStats Of(long rows, IDictionary columns, TableShape shape)
    {
        var known = new List<KeyValuePair<string, ColumnStats>>();
        foreach (var column in shape.Columns)
        {
            if (columns[SqlText.Identifier(column.Name).ToString()] is IDictionary found)
            {
                known.Add(new(column.Name, Of(column, found)));
            }
        }

        return FileStats.Create(rows, known);
    }

    // Null when DuckDB does not say how many values are null.
    public static long? NullCount(IDictionary columns, TableColumn column) =>
        columns[SqlText.Identifier(column.Name).ToString()] is IDictionary found ? Nulls(found) : null;

    private static ColumnStats Of(TableColumn column, IDictionary found)
    {
        var (least, most) = found["has_nan"] as string is "true" ? (null, null) : (Text(found, "min"), Text(found, "max"));
        var (min, max) = least is null || most is null ? (null, null) : (Bound(column.Type, least), Bound(column.Type, most));
        return min is null || max is null ? new ColumnStats(null, null, Nulls(found)) : new ColumnStats(min, max, Nulls(found));
    }

    private static long? Nulls(IDictionary found) =>
        long.TryParse(Text(found, "null_count"), NumberStyles.None, CultureInfo.InvariantCulture, out var nulls) ? nulls : null;

    private static string? Text(IDictionary found, string name) => found.Contains(name) ? found[name] as string : null;

    private static JsonElement? Bound(ColumnType type, string text) => type switch
    {
        DecimalType => IsDecimal(text) ? Json(text) : null,
        SimpleType simple => Bound(simple.Kind, text),
        _ => null,
    };

    private static JsonElement? Bound(SimpleKind kind, string text) => kind switch
    {
        SimpleKind.TinyInt or SimpleKind.SmallInt or SimpleKind.Integer or SimpleKind.BigInt =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? JsonSerializer.SerializeToElement(number)
                : null,
        SimpleKind.Float or SimpleKind.Double =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? JsonSerializer.SerializeToElement(number)
                : null,
        SimpleKind.Varchar => text.Length <= LongestText ? JsonSerializer.SerializeToElement(text) : null,
        SimpleKind.Date => IsTime(text, DateForm) ? JsonSerializer.SerializeToElement(text) : null,
        SimpleKind.Timestamp => Moment(text, zone: ""),
        SimpleKind.TimestampTz => Moment(text, zone: "Z"),
        _ => null,
    };

    // Readers take a bound for its whole millisecond.
    private static JsonElement? Moment(string text, string zone) =>
        DateTimeOffset.TryParseExact(text, _times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? JsonSerializer.SerializeToElement(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture) + zone)
            : null;

    private static bool IsTime(string text, string form) =>
        DateTime.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsDecimal(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length > 0 && char.IsAsciiDigit(digits[0]) && !digits.ContainsAnyExcept(_ofDecimals) && digits.Count('.') <= 1
            && digits[^1] != '.';
    }

    private static JsonElement Json(string number)
    {
        using var document = JsonDocument.Parse(number);
        return document.RootElement.Clone();
    }
}
