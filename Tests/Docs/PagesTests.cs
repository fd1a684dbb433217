using OrleansBatch.Tests.Support;
using System.Text.RegularExpressions;

namespace OrleansBatch.Tests.Docs;

// Every page keeps these rules, to be read on GitHub and by somebody who is called at night.
public sealed partial class PagesTests
{
    private const int MostWords = 25;

    // The notebook was written when its figures were measured, and is left as it was.
    private const string Notebook = "docs/figures/2";

    private static readonly string[] _diagrams =
        ["flowchart", "sequenceDiagram", "stateDiagram-v2", "erDiagram", "classDiagram", "timeline"];

    public static TheoryData<string> Pages => [.. MarkdownPage.All().Select(p => p.Name)];

    public static TheoryData<string> PlainPages =>
        [.. MarkdownPage.All().Select(p => p.Name).Where(n => !n.StartsWith(Notebook, StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_of_a_page_leads_somewhere(string name)
    {
        var page = MarkdownPage.Of(name);

        Assert.Empty(
            page.Links.Where(l => !l.Contains("://", StringComparison.Ordinal) && Missing(page, l) is not null)
                .Select(l => Missing(page, l)));
    }

    [Theory]
    [MemberData(nameof(PlainPages))]
    public void No_sentence_has_more_than_25_words(string name) =>
        Assert.DoesNotContain(MarkdownPage.Of(name).Sentences(), s => Word().Count(s) > MostWords);

    // A reader of a single sentence must know its subject.
    [Theory]
    [MemberData(nameof(PlainPages))]
    public void No_sentence_begins_with_a_pronoun(string name) =>
        Assert.DoesNotContain(MarkdownPage.Of(name).Sentences(), s => Pronoun().IsMatch(s));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_diagram_has_a_type_that_GitHub_draws_and_something_in_it(string name) =>
        Assert.All(MarkdownPage.Of(name).Blocks("mermaid"), block =>
        {
            var lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

            Assert.True(lines.Length > 1, $"A diagram of {name} is empty.");
            Assert.Contains(lines[0].Split(' ')[0], _diagrams);
        });

    [Fact]
    public void The_ways_of_a_batch_and_a_run_are_drawn()
    {
        var types = MarkdownPage.Of("docs/architecture.md").Blocks("mermaid").Select(b => b.Split(' ', '\n')[0]);

        Assert.Superset(new HashSet<string> { "flowchart", "sequenceDiagram", "stateDiagram-v2" }, types.ToHashSet());
        Assert.Single(MarkdownPage.Of("README.md").Blocks("mermaid"));
    }

    // One word per concept begins with one line per word.
    [Fact]
    public void A_term_of_the_glossary_is_explained_once()
    {
        var terms = Term().Matches(File.ReadAllText(MarkdownPage.Of("docs/glossary.md").Path)).Select(m => m.Groups[1].Value).ToList();

        Assert.True(terms.Count > 80, $"Only {terms.Count} terms were found.");
        Assert.Equal(terms.Distinct(StringComparer.OrdinalIgnoreCase), terms);
    }

    [Fact]
    public void Every_page_is_linked_from_another_one()
    {
        var pages = MarkdownPage.All();
        var linked = pages.SelectMany(p => p.Links.Where(l => !l.StartsWith('#')).Select(l => Target(p, l))).ToHashSet();

        Assert.Empty(pages.Where(p => p.Name != "README.md" && !linked.Contains(p.Path)).Select(p => p.Name));
    }

    [Fact]
    public void Every_decision_has_a_status_and_a_date_and_a_row_in_the_index()
    {
        var index = MarkdownPage.Of("docs/adr/README.md").Links.ToHashSet();
        var decisions = MarkdownPage.All().Where(p => Decision().IsMatch(p.Name)).ToList();

        Assert.True(decisions.Count >= 50);
        Assert.All(decisions, page =>
        {
            var text = File.ReadAllText(page.Path);

            Assert.Contains(Path.GetFileName(page.Name), index);
            Assert.Matches(@"\n- Status: (accepted|superseded by \[)", text);
            Assert.Matches(@"\n- Date: \d{4}-\d{2}-\d{2}\n", text);
            Assert.All(
                (string[])["Context", "Decision", "Consequences"],
                heading => Assert.Contains($"\n## {heading}\n", text, StringComparison.Ordinal));
        });
    }

    // The older page leads its readers on, and the newer page names the replaced one.
    [Fact]
    public void A_decision_that_is_superseded_is_named_by_the_one_that_supersedes_it()
    {
        var decisions = MarkdownPage.All().Where(p => Decision().IsMatch(p.Name)).ToList();
        var superseded = decisions.Select(p => (p.Name, By: SupersededBy().Match(File.ReadAllText(p.Path))))
            .Where(d => d.By.Success).ToList();

        Assert.NotEmpty(superseded);
        Assert.All(superseded, d => Assert.Contains(
            Path.GetFileName(d.Name),
            File.ReadAllText(decisions.Single(p => p.Name.EndsWith(d.By.Groups[1].Value, StringComparison.Ordinal)).Path)
                .Split("\n## ")[0], StringComparison.Ordinal));
    }

    private static string? Missing(MarkdownPage page, string link)
    {
        var path = Target(page, link);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return $"{link}: there is no such file.";
        }

        var anchor = link.IndexOf('#', StringComparison.Ordinal);
        return anchor < 0 || MarkdownPage.Of(Path.GetRelativePath(Repository.Root, path)).Anchors.Contains(link[(anchor + 1)..])
            ? null : $"{link}: there is no such heading.";
    }

    private static string Target(MarkdownPage page, string link) => link.StartsWith('#')
        ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, link.Split('#')[0]));

    [GeneratedRegex(@"\S*[\p{L}\p{N}]\S*")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*(It|They|He|She)\b")]
    private static partial Regex Pronoun();

    [GeneratedRegex(@"^\| \*\*(.+?)\*\* \| [A-Z].+\. \|", RegexOptions.Multiline)]
    private static partial Regex Term();

    [GeneratedRegex(@"^docs/adr/\d{4}-")]
    private static partial Regex Decision();

    [GeneratedRegex(@"\n- Status: superseded by \[\d{4}\]\(([^)]+)\)")]
    private static partial Regex SupersededBy();
}
