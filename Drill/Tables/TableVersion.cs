namespace OrleansBatch.Drill.Tables;

// One commit of a log: the data files that come and go, and how far each application has come in it.
internal sealed record TableVersion(
    long Version, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyDictionary<string, long> Marks)
{
    public long? Token => Find(MarkNames.Token);

    public long? Seq => Find(MarkNames.Seq);

    // The last batch of each run that this commit brings.
    public IEnumerable<(Guid Run, long Index)> Runs => Marks
        .Where(m => Guid.TryParseExact(m.Key, "D", out _))
        .Select(m => (Guid.ParseExact(m.Key, "D"), m.Value));

    // The full refreshes that this commit puts in place.
    public IEnumerable<Guid> Refreshes => Marks
        .Where(m => m.Value > 0 && m.Key.StartsWith(MarkNames.Refresh, StringComparison.Ordinal))
        .Select(m => Guid.Parse(m.Key[MarkNames.Refresh.Length..]));

    private long? Find(string name) => Marks.TryGetValue(name, out var value) ? value : null;
}
