using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Sources;

// Two files stand beside each other on a screen, and GitHub shows no line cut off.
public sealed class LineWidthTests
{
    private const int MostColumns = 140;

    private static readonly string[] _kinds = [".cs", ".sql", ".csproj", ".props", ".targets", ".md", ".sh"];

    // Dumps that a program writes, and what stands in Orleans' own files. PublicAPI.*.txt has a symbol a line and is no kind of the above.
    private static readonly string[] _asTheyAre = ["sql/schema.sql", "sql/orleans/", "Tests/Upgrade/Released/"];

    [Fact]
    public void No_line_is_wider_than_140_columns()
    {
        var files = Repository.Files()
            .Where(f => !_asTheyAre.Any(a => f.StartsWith(a, StringComparison.Ordinal)))
            .Where(f => _kinds.Contains(Path.GetExtension(f)) || IsScript(f)).ToList();
        Assert.InRange(files.Count, 900, 5000);

        var wide =
            from file in files
            from line in File.ReadLines(Repository.PathOf(file)).Select((text, at) => (Text: text, Number: at + 1))
            where line.Text.Length > MostColumns && !IsRow(file, line.Text)
            select $"{file}:{line.Number}: {line.Text.Length} columns";

        SourceRule.Holds(wide);
    }

    // Markdown has no way to break a row of a table.
    private static bool IsRow(string file, string line) => Path.GetExtension(file) == ".md" && line.StartsWith('|');

    private static bool IsScript(string file) =>
        Path.GetExtension(file).Length == 0
        && File.ReadLines(Repository.PathOf(file)).FirstOrDefault()?.StartsWith("#!", StringComparison.Ordinal) is true;
}
