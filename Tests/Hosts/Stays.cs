namespace OrleansBatch.Tests.Hosts;

// Where the batches of one team's groups were, in the order of their starts. Each of these groups has one batch.
internal sealed record Stays(IReadOnlyList<Stay> All)
{
    public static Stays None { get; } = new([]);

    public int Silos => All.Select(s => s.Silo).Distinct().Count();

    public IEnumerable<IReadOnlyList<Stay>> Batches => All.GroupBy(s => s.Group).Select(g => g.ToList());

    public Stays In(Stays others) => new([.. All.Where(s => others.All.Any(o => o.Group == s.Group))]);

    // The batches that a silo was in the middle of when it got lost.
    public List<IReadOnlyList<Stay>> FirstAt(string silo) => [.. Batches.Where(b => b[0].Silo == silo)];
}

// One start of a batch at a silo.
internal sealed record Stay(string Group, string Silo, int Attempt);
