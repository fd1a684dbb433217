using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansBatch.Tests.Docs;

// What docs/faults.md claims is there, and what stands for a reference says so itself.
public sealed partial class FaultsTests
{
    private static readonly List<(string Id, string[] Tests)> _rows = Rows();

    private static readonly Dictionary<string, MethodInfo> _tests = typeof(FaultsTests).Assembly.GetTypes()
        .SelectMany(t => t.GetMethods())
        .Where(m => m.GetCustomAttributes<FactAttribute>().Any())
        .ToDictionary(m => $"{m.DeclaringType!.Name}.{m.Name}");

    [Fact]
    public void Every_incident_remark_and_hazard_is_listed_once()
    {
        var expected = Enumerable.Range(1, 41).Select(n => $"F-{n:00}")
            .Concat(Enumerable.Range(1, 3).Select(n => $"R{n}"))
            .Concat(Enumerable.Range(1, 10).Select(n => $"A{n}"));

        Assert.Equal(expected, _rows.Select(r => r.Id).Where(IsFault));
        Assert.All(_rows.Where(r => IsFault(r.Id)), row => Assert.NotEmpty(row.Tests));
    }

    [Fact]
    public void Every_reference_is_listed_once()
    {
        var listed = _rows.Select(r => r.Id).Where(id => !IsFault(id)).ToList();
        var expected = Range("S", 1, 9).Concat(Range("PC-", 1, 41)).Concat(Range("PC-", 46, 56)).Concat(Range("PQ-", 1, 51))
            .Concat(Range("PQ-A", 1, 4)).Concat(Range("PR-", 9, 12)).Concat(Range("PR-", 16, 21)).Concat(Range("G-", 1, 20))
            .Concat(Range("DQ-", 1, 41)).Concat(Range("DC-", 1, 19)).Concat(Range("LD-", 1, 2)).Concat(Range("ID-", 1, 9))
            .Concat(Range("PR-", 1, 8)).Concat(Range("PR-", 13, 15));

        Assert.Equal(expected, listed);

        static IEnumerable<string> Range(string prefix, int first, int last) => Enumerable.Range(first, last - first + 1).Select(n => $"{prefix}{n}");
    }

    [Fact]
    public void Every_test_that_is_named_exists() => Assert.Empty(_rows.SelectMany(r => r.Tests).Except(_tests.Keys));

    [Fact]
    public void A_test_carries_the_references_beside_which_it_is_named_and_no_other()
    {
        var named = _rows.Where(r => !IsFault(r.Id)).SelectMany(r => r.Tests.Select(t => $"{r.Id}: {t}"));
        var carried = _tests.SelectMany(
            t => t.Value.GetCustomAttributes<TraitAttribute>().Where(a => a.Name == "Reference").Select(a => $"{a.Value}: {t.Key}"));

        Assert.Equal(named.Order(StringComparer.Ordinal), carried.Order(StringComparer.Ordinal));
    }

    private static bool IsFault(string id) => FaultId().IsMatch(id);

    private static List<(string Id, string[] Tests)> Rows() =>
        [.. Row().Matches(File.ReadAllText(Path.Combine(ReadmeTests.Root, "docs", "faults.md")))
            .Select(row => (row.Groups[1].Value, TestName().Matches(row.Groups[2].Value).Select(m => m.Groups[1].Value).ToArray()))];

    [GeneratedRegex("^(F-[0-9]+|R[0-9]+|A[0-9]+)$")]
    private static partial Regex FaultId();

    [GeneratedRegex(@"^\| ([A-Z][A-Z0-9-]*) \|(.*)$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();
}
