namespace OrleansBatch.Drill.Tables;

// A table as a list of rows: the plainest thing that an append, an upsert and a refresh can be done to.
internal sealed class TableModel(IReadOnlyDictionary<(Guid Run, int Index), IReadOnlyList<long>> contents)
{
    public List<TableRow> Rows { get; private set; } = [];

    public void Append(Guid run, int index) => Rows.AddRange(RowsOf(run, index));

    // Of several rows with one id the last one counts.
    public void Upsert(Guid run, int index)
    {
        var latest = RowsOf(run, index).GroupBy(r => r.Id).ToDictionary(g => g.Key, g => g.Last());
        Rows.RemoveAll(r => latest.ContainsKey(r.Id));
        Rows.AddRange(latest.Values);
    }

    public void Refresh(Guid run, IEnumerable<int> indexes) => Rows = [.. indexes.SelectMany(i => RowsOf(run, i))];

    // A defect is told once, where it begins.
    public void Adopt(IEnumerable<TableRow> rows) => Rows = [.. rows];

    // Null when the rows are the model's, whatever their order.
    public string? Difference(IReadOnlyList<TableRow> found, Func<TableRow, string> explain)
    {
        var counts = new Dictionary<TableRow, int>();
        Rows.ForEach(r => counts[r] = counts.GetValueOrDefault(r) + 1);
        foreach (var row in found)
        {
            counts[row] = counts.GetValueOrDefault(row) - 1;
        }

        var lacks = counts.Where(c => c.Value > 0).Select(c => c.Key).ToList();
        var extra = counts.Where(c => c.Value < 0).Select(c => c.Key).ToList();
        var told = new List<string>();
        if (extra.Count > 0)
        {
            var times = found.Count(r => r == extra[0]);
            var why = (times > 1 ? $"there {times} times; " : "") + explain(extra[0]);
            told.Add($"{extra.Count} rows are there that should not be, such as {extra[0]} ({why})");
        }

        if (lacks.Count > 0)
        {
            told.Add($"{lacks.Count} rows are missing, such as {lacks[0]} ({explain(lacks[0])})");
        }

        return told.Count == 0 ? null : string.Join("; ", told);
    }

    private IEnumerable<TableRow> RowsOf(Guid run, int index) =>
        contents.TryGetValue((run, index), out var ids) ? ids.Select((id, row) => new TableRow(run, index, row, id)) : [];
}
