using System.Text.RegularExpressions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// A comment is read by somebody who doesn't know the file: each sentence names its noun and stays short.
public sealed partial class CommentsTests
{
    private const int MostWords = 25;

    // Texts that must not change any more, that a program writes, or that are Orleans' own.
    private static readonly string[] _asTheyAre =
        ["sql/migrations/", "sql/adoption/", "sql/orleans/", "sql/schema.sql", "Tests/Upgrade/Released/"];

    private static readonly string[] _guaranteeing = ["sql/functions/", "sql/views/", "sql/triggers/"];

    private static readonly List<CommentedFile> _files =
        [.. CommentedFile.All().Where(f => !IsIn(f, _asTheyAre))];

    [Fact]
    public void Comments_of_all_folders_are_read()
    {
        Assert.InRange(_files.Count, 500, 5000);
        Assert.InRange(_files.Sum(f => f.Sentences().Count()), 2000, 100_000);
    }

    [Fact]
    public void No_sentence_of_a_comment_has_more_than_25_words() => SourceRule.Holds(
        _files.SelectMany(f => f.Sentences().Where(s => Word().Count(s) > MostWords).Select(s => $"{f.Name}: {s}")));

    [Fact]
    public void No_sentence_of_a_comment_begins_with_a_pronoun() => SourceRule.Holds(
        _files.SelectMany(f => f.Sentences().Where(s => Pronoun().IsMatch(s)).Select(s => $"{f.Name}: {s}")));

    [Fact]
    public void The_first_line_of_a_routine_view_or_trigger_says_what_it_guarantees() => SourceRule.Holds(
        _files.Where(f => IsIn(f, _guaranteeing) && !f.FirstLine.StartsWith("-- Guarantees ", StringComparison.Ordinal))
            .Select(f => $"{f.Name}: {f.FirstLine}"));

    private static bool IsIn(CommentedFile file, string[] folders) =>
        folders.Any(folder => file.Name.StartsWith(folder, StringComparison.Ordinal));

    [GeneratedRegex(@"\S*[\p{L}\p{N}]\S*")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(It|They|He|She)\b")]
    private static partial Regex Pronoun();
}
