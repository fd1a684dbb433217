using System.Text.RegularExpressions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// The numbers of advisory locks stand in several files. The list of docs/schema.md has each of them, so that no new one collides.
public sealed partial class LockNumbersTests
{
    private static readonly string[] _folders = ["sql/functions", "sql/views", "Grains/Queue"];

    [Fact]
    public void Each_lock_of_the_statements_is_listed_and_each_listed_one_is_taken()
    {
        var listed = Listed().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "schema.md"))).Select(m => m.Groups[1].Value);
        var taken = _folders
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.sql", SearchOption.AllDirectories))
            .SelectMany(f => Taken().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value));

        Assert.Equal(["1", "2", "3", "4", "5"], listed.Order(StringComparer.Ordinal));
        Assert.Equal(listed.Order(StringComparer.Ordinal), taken.Distinct().Order(StringComparer.Ordinal));
    }

    // A group's lock: the base that the code adds the sink to is the one of the view and of the list.
    [Fact]
    public void Locks_of_groups_begin_at_one_number()
    {
        var key = new Grains.Sessions.LockKey(1, 7);

        Assert.Contains(
            "(1329725440 + sink_id, group_id)", File.ReadAllText(Path.Combine(Repository.Root, "docs", "schema.md")),
            StringComparison.Ordinal);
        Assert.Equal(1329725440 + 1, key.Namespace);
    }

    [GeneratedRegex(@"^\| `\(1329725439, (\d+)\)` \|", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"\(1329725439, (\d+)\)")]
    private static partial Regex Taken();
}
