using System.Globalization;

namespace OrleansBatch.Tests.Unit.Delta;

// Rows for random batches: a key, which may be null, and a value that no other row has.
internal sealed class RandomRows
{
    private long _next;
    private int _written;

    public List<(long? Id, string Value)> Fresh(int rows)
    {
        var first = _next;
        _next += rows;
        return [.. Enumerable.Range(0, rows).Select(i => (i % 97 == 5 ? (long?)null : first + i, $"v{_written++}"))];
    }

    // Keys near each other and far apart, few and many, some of them new, some twice.
    public List<(long? Id, string Value)> Some(Random random)
    {
        var count = random.Next(4) switch { 0 => 1, 1 => random.Next(1, 10), 2 => random.Next(10, 60), _ => random.Next(60, 600) };
        var (from, width) = random.Next(2) == 0 ? (0L, _next + 20) : (random.NextInt64(_next), random.NextInt64(1, 800));
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
                (random.Next(60) == 0 ? (long?)null : from + random.NextInt64(width), $"v{_written++}")),
        ];
    }

    public static string Select(List<(long? Id, string Value)> rows, string idType)
    {
        var values = rows.Select(r => $"({r.Id?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}, '{r.Value}')");
        return $"SELECT CAST(id AS {idType}) AS id, v FROM (VALUES {string.Join(", ", values)}) AS t(id, v)";
    }
}
