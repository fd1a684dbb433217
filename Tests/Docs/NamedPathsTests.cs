using System.IO.Enumeration;
using System.Text.RegularExpressions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// A page names files and folders as code, and they move. What has NAME in it stands for many.
public sealed partial class NamedPathsTests
{
    private static readonly List<string> _files = [.. Repository.Files()];

    private static readonly HashSet<string> _folders = [.. _files.SelectMany(FoldersOf)];

    [Fact]
    public void Every_file_and_folder_that_a_page_names_is_there()
    {
        var named = MarkdownPage.All()
            .SelectMany(page => page.CodeSpans.Select(PathIn).OfType<string>().Select(path => (page.Name, Path: path)))
            .ToList();
        Assert.InRange(named.Count, 50, 5000);

        SourceRule.Holds(named.Where(n => !IsThere(n.Path)).Select(n => $"{n.Name}: there is no {n.Path}."));
    }

    // A span is a path when it begins with a folder of the root, or ends as a source does. Arguments of a command may follow.
    private static string? PathIn(string span)
    {
        var path = Path().Match(span).Groups[1].Value.TrimEnd('/');
        var isBelowRoot = path.Contains('/', StringComparison.Ordinal) && _folders.Contains(path.Split('/')[0]);
        return (isBelowRoot || Source().IsMatch(path)) && !path.Contains("NAME", StringComparison.Ordinal) ? path : null;
    }

    // A page beside the sources names them from its own folder on.
    private static bool IsThere(string path) =>
        _folders.Contains(path) || _files.Exists(f =>
            FileSystemName.MatchesSimpleExpression(path, f, ignoreCase: false)
            || FileSystemName.MatchesSimpleExpression($"*/{path}", f, ignoreCase: false));

    private static IEnumerable<string> FoldersOf(string file)
    {
        for (var end = file.IndexOf('/', StringComparison.Ordinal); end > 0; end = file.IndexOf('/', end + 1))
        {
            yield return file[..end];
        }
    }

    [GeneratedRegex(@"^(?:\./)?([\w.*/-]+)(?: |$)")]
    private static partial Regex Path();

    [GeneratedRegex(@"\w\.(cs|sql|csproj|props|targets|sln|sh|md|txt)$")]
    private static partial Regex Source();
}
