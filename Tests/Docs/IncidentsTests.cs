using OrleansBatch.Tests.Support;
using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansBatch.Tests.Docs;

// Every claim of docs/incidents.md and docs/behaviours.md has its test or file.
public sealed partial class IncidentsTests
{
    private static readonly string _incidents = Read("incidents.md");
    private static readonly string _behaviours = Read("behaviours.md");

    private static readonly HashSet<string> _tests =
        [.. typeof(IncidentsTests).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Where(m => m.GetCustomAttributes<FactAttribute>().Any()).Select(m => $"{m.DeclaringType!.Name}.{m.Name}")];

    [Fact]
    public void Every_incident_remark_and_hazard_is_listed_once_with_a_test()
    {
        var expected = Enumerable.Range(1, 41).Select(n => $"F-{n:00}")
            .Concat(Enumerable.Range(1, 3).Select(n => $"R{n}"))
            .Concat(Enumerable.Range(1, 10).Select(n => $"A{n}"));
        var rows = Row().Matches(_incidents);

        Assert.Equal(expected, rows.Select(r => r.Groups[1].Value));
        Assert.All(rows, row => Assert.NotEmpty(TestName().Matches(row.Value)));
    }

    [Fact]
    public void Every_test_that_is_named_exists() =>
        Assert.Empty(TestName().Matches(_incidents + _behaviours).Select(m => m.Groups[1].Value).Except(_tests));

    [Fact]
    public void A_behaviour_is_listed_once()
    {
        var behaviours = Behaviour().Matches(_behaviours).Select(m => m.Groups[1].Value).ToList();

        Assert.True(behaviours.Count > 150, $"Only {behaviours.Count} behaviours were found.");
        Assert.Equal(behaviours.Distinct(), behaviours);
    }

    // A list outside this repository tells its readers nothing.
    [Fact]
    public void No_id_of_another_list_is_shown() => Assert.DoesNotMatch(ForeignId(), _incidents + _behaviours);

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, "docs", page));

    [GeneratedRegex(@"^\| (F-[0-9]+|R[0-9]+|A[0-9]+) \|.*$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| ([a-z].*?) \| .*`\w+Tests\.", RegexOptions.Multiline)]
    private static partial Regex Behaviour();

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\b(PC|PQ|PR|DQ|DC|LD|ID|G)-[A-Z]?[0-9]+\b")]
    private static partial Regex ForeignId();
}
