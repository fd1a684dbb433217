using OrleansBatch.Tests.Support;
using System.Text.RegularExpressions;

namespace OrleansBatch.Tests.Docs;

// A page of documentation, as far as its tests look into it. These pages use too little of Markdown for a library.
internal sealed partial class MarkdownPage
{
    private readonly string[] _lines;

    private MarkdownPage(string name)
    {
        Name = name;
        _lines = File.ReadAllLines(Repository.PathOf(name));
    }

    public string Name { get; }

    public string Path => Repository.PathOf(Name);

    // GitHub's names of anchors: the heading in lower case, without punctuation, blanks as hyphens.
    public IEnumerable<string> Anchors =>
        Prose().Where(l => l.StartsWith('#')).Select(l => l.TrimStart('#').Trim())
            .Select(l => NotInAnchor().Replace(LinkTarget().Replace(l, "$1").ToLowerInvariant(), "").Replace(' ', '-'));

    public IEnumerable<string> Links =>
        LinkTarget().Matches(CodeSpan().Replace(string.Join('\n', Prose()), "code")).Select(m => m.Groups[2].Value);

    public IEnumerable<string> CodeSpans => CodeSpan().Matches(string.Join('\n', Prose())).Select(m => m.Value.Trim('`'));

    public IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(string.Join('\n', _lines) + "\n").Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value)];

    public static MarkdownPage Of(string name) => new(name);

    public static IReadOnlyList<MarkdownPage> All() =>
        [.. Repository.Files().Where(f => f.EndsWith(".md", StringComparison.Ordinal)).Select(Of)];

    // The sentences of paragraphs, list items and the cells of tables. Code and the address of a link are no words.
    public IEnumerable<string> Sentences()
    {
        var paragraph = new List<string>();
        foreach (var line in Prose().Append(""))
        {
            var item = ListItem().Match(line);
            if (line.Length == 0 || line.StartsWith('#') || item.Success || IsTable(line))
            {
                foreach (var sentence in Split(string.Join(' ', paragraph)))
                {
                    yield return sentence;
                }

                paragraph.Clear();
            }

            if (item.Success)
            {
                paragraph.Add(item.Groups[1].Value);
            }
            else if (IsTable(line))
            {
                foreach (var sentence in line.Split('|').SelectMany(Split))
                {
                    yield return sentence;
                }
            }
            else if (!line.StartsWith('#'))
            {
                paragraph.Add(line.Trim());
            }
        }
    }

    private static IEnumerable<string> Split(string text) =>
        SentenceEnd().Split(LinkTarget().Replace(CodeSpan().Replace(text, "code"), "$1").Replace("*", "", StringComparison.Ordinal))
            .Where(s => s.Trim().Length > 0);

    private static bool IsTable(string line) => line.StartsWith('|');

    private IEnumerable<string> Prose()
    {
        var isCode = false;
        foreach (var line in _lines)
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                isCode = !isCode;
                yield return "";
            }
            else if (!isCode)
            {
                yield return line.TrimEnd();
            }
        }
    }

    [GeneratedRegex(@"\[([^\]]*)\]\(([^)\s]+)\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("^```([a-z]*)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\s*(?:[-*]|\d+\.)\s+(.*)")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"(?<=[.!?:])[)""]*\s+")]
    private static partial Regex SentenceEnd();
}
