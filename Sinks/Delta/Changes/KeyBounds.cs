using System.Globalization;
using System.Text;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Delta.Changes;

// The least and the greatest key of an upsert, column by column, to tell files apart by their statistics.
// Only types whose statistics and values compare alike are used. A file without statistics may hold anything.
internal sealed class KeyBounds
{
    private readonly List<(string Column, SimpleKind Kind, string Least, string Most)> _bounds;

    private KeyBounds(List<(string Column, SimpleKind Kind, string Least, string Most)> bounds) => _bounds = bounds;

    public static KeyBounds Of(DuckDbSession session, UpsertSource source, CancellationToken cancellationToken)
    {
        var keys = source.Keys.Where(k => k.Type is SimpleType { Kind: var kind } && IsUsed(kind)).ToList();
        if (keys.Count == 0)
        {
            return new KeyBounds([]);
        }

        var ends = keys.Select(k => SqlText.Identifier(k.Name))
            .Select(n => SqlText.Of($"CAST(min({n}) AS VARCHAR), CAST(max({n}) AS VARCHAR)"));
        return session.Rows(
            SqlText.Of($"SELECT {SqlText.Join(", ", ends)} FROM {source.Matching}"),
            r => new KeyBounds(
                [
                    .. keys.Select((k, i) => (k, i))
                        .Where(k => !r.IsDBNull(k.i * 2))
                        .Select(k => (k.k.Name, ((SimpleType)k.k.Type).Kind, r.GetString(k.i * 2), r.GetString((k.i * 2) + 1))),
                ]),
            cancellationToken).Single();
    }

    public IEnumerable<AddFile> MayHold(IEnumerable<AddFile> files) => files.Where(MayHold);

    private bool MayHold(AddFile file)
    {
        if (_bounds.Count == 0 || file.Stats?.ReadColumns() is not { Count: > 0 } known)
        {
            return true;
        }

        return _bounds.TrueForAll(b => !known.TryGetValue(b.Column, out var stats) || Overlap(b.Kind, b.Least, b.Most, stats));
    }

    private static bool Overlap(SimpleKind kind, string least, string most, ColumnStats stats) =>
        stats.Min is not { } min || stats.Max is not { } max || Compare(kind, min, most) is not > 0 && Compare(kind, max, least) is not < 0;

    private static bool IsUsed(SimpleKind kind) => IsWhole(kind) || kind is SimpleKind.Varchar or SimpleKind.Date;

    private static bool IsWhole(SimpleKind kind) =>
        kind is SimpleKind.TinyInt or SimpleKind.SmallInt or SimpleKind.Integer or SimpleKind.BigInt;

    // Null when the statistics are not of the column's type.
    private static int? Compare(SimpleKind kind, JsonElement bound, string key) =>
        IsWhole(kind)
            ? bound.ValueKind == JsonValueKind.Number && bound.TryGetInt64(out var number)
                ? number.CompareTo(long.Parse(key, CultureInfo.InvariantCulture))
                : null
            : bound.ValueKind != JsonValueKind.String ? null
            : kind == SimpleKind.Date ? CompareDates(bound.GetString()!, key)
            : CompareBytes(bound.GetString()!, key);

    // DuckDB and Delta compare texts by the bytes of UTF-8.
    private static int CompareBytes(string one, string other) =>
        Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));

    private static int? CompareDates(string one, string other) =>
        DateOnly.TryParseExact(one, "yyyy-MM-dd", out var bound) && DateOnly.TryParseExact(other, "yyyy-MM-dd", out var key)
            ? bound.CompareTo(key)
            : null;
}
