namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

// What the rows and their history are after changes that came one by one.
internal sealed class ChangeModel(bool soft)
{
    private readonly Dictionary<int, Row> _rows = [];
    private readonly Dictionary<(int Id, long Lsn), Change> _versions = [];

    public string Rows => string.Join(" ", _rows.Where(r => r.Value.IsThere).OrderBy(r => r.Key).Select(r =>
        $"{r.Key},{r.Value.Lsn},{r.Value.Name}" + (soft ? $",{r.Value.IsMarked}" : "")));

    public string History => string.Join(" ", _versions.Values.GroupBy(v => v.Id).OrderBy(g => g.Key).SelectMany(Versions));

    public void Apply(Change change)
    {
        _versions[(change.Id, change.Lsn)] = change;
        var known = _rows.GetValueOrDefault(change.Id);
        if (known is null || change.Lsn >= known.Lsn)
        {
            _rows[change.Id] = !change.IsDelete ? new Row(change.Lsn, true, change.Name, false)
                : soft && known is { IsThere: true } ? known with { Lsn = change.Lsn, IsMarked = true }
                : new Row(change.Lsn, false, null, false);
        }
    }

    private static IEnumerable<string> Versions(IEnumerable<Change> ofKey)
    {
        var inOrder = ofKey.OrderBy(v => v.Lsn).ToList();
        return inOrder.Select((v, i) => (Version: v, Next: i + 1 < inOrder.Count ? $"{inOrder[i + 1].Lsn}" : "NULL"))
            .Where(v => !v.Version.IsDelete)
            .Select(v => $"{v.Version.Id},{v.Version.Lsn},{v.Version.Name},{v.Next}");
    }

    private sealed record Row(long Lsn, bool IsThere, string? Name, bool IsMarked);
}
