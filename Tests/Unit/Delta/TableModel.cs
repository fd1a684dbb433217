using System.Globalization;

namespace OrleansBatch.Tests.Unit.Delta;

// A table as a plain list of rows: a key, which may be null, and a value.
internal sealed class TableModel
{
    private readonly List<(long? Id, string Value)> _rows = [];

    public int Count => _rows.Count;

    public void Apply(SyncType type, IReadOnlyList<(long? Id, string Value)> rows)
    {
        if (type == SyncType.Incremental)
        {
            Upsert(rows);
            return;
        }

        if (type == SyncType.FullRefresh)
        {
            _rows.Clear();
        }

        _rows.AddRange(rows);
    }

    // One row in a line, as the reader gives them, in the order of text.
    public string ToText() => string.Join('\n', _rows
        .Select(r => $"{r.Id?.ToString(CultureInfo.InvariantCulture) ?? "\\N"}\t{r.Value}").Order(StringComparer.Ordinal));

    // The last row of a key wins, and a null equals nothing.
    private void Upsert(IReadOnlyList<(long? Id, string Value)> rows)
    {
        var last = rows.Where(r => r.Id is not null).GroupBy(r => r.Id!.Value).ToDictionary(g => g.Key, g => g.Last().Value);
        _rows.RemoveAll(r => r.Id is { } id && last.ContainsKey(id));
        _rows.AddRange(last.Select(r => ((long?)r.Key, r.Value)));
        _rows.AddRange(rows.Where(r => r.Id is null));
    }
}
