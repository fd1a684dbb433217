using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Sources;

// One concept a file: who looks for it finds it by the file's name, and sees it whole.
public sealed class FileSizesTests
{
    private const int MostLines = 300;
    private const int MostAtTheMedian = 80;

    // Dumps that a program writes, and a file that was released: the migrator refuses a database whose files were changed.
    private static readonly string[] _asTheyAre = ["sql/schema.sql", "sql/migrations/0001_first_release.sql", "Tests/Upgrade/Released/"];

    private static readonly List<string> _files = [.. Repository.Files()];

    [Fact]
    public void No_file_has_more_than_300_lines() => SourceRule.Holds(
        from file in _files
        where Path.GetExtension(file) is ".cs" or ".sql" && !_asTheyAre.Any(a => file.StartsWith(a, StringComparison.Ordinal))
        let lines = LinesOf(file)
        where lines > MostLines
        select $"{file}: {lines} lines");

    [Fact]
    public void The_median_file_of_a_project_has_at_most_80_lines()
    {
        var projects = _files.Where(f => Path.GetExtension(f) == ".csproj").Select(f => f[..(f.LastIndexOf('/') + 1)]).ToList();
        Assert.InRange(projects.Count, 10, 100);

        SourceRule.Holds(
            from project in projects
            let median = Median(_files.Where(f => Path.GetExtension(f) == ".cs" && f.StartsWith(project, StringComparison.Ordinal)))
            where median > MostAtTheMedian
            select $"{project}: {median} lines at the median");
    }

    private static int Median(IEnumerable<string> files)
    {
        var lines = files.Select(LinesOf).Order().ToList();
        return lines[lines.Count / 2];
    }

    private static int LinesOf(string file) => File.ReadLines(Repository.PathOf(file)).Count();
}
