using OrleansBatch.Tests.Support;
using System.Text.RegularExpressions;

namespace OrleansBatch.Tests.Docs;

// The commands that README.md, CONTRIBUTING.md and docs/ show.
internal static partial class ShownCommands
{
    private static readonly string[] _programs = ["./orleansbatch", "orleansbatch", "./demo", "./test"];

    // Whole lines of the shell blocks of one page, without their comments.
    public static IReadOnlyList<string> Lines(string page) =>
        [.. ShellBlock().Matches(Read(page)).SelectMany(b => b.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            .Select(l => Comment().Replace(l, "").Trim()).Where(IsOurs)];

    // The commands within the text.
    public static IReadOnlyList<string> InText(string page) =>
        [.. CodeSpan().Matches(Block().Replace(Read(page), "")).Select(s => Blank().Replace(s.Groups[1].Value, " ")).Where(IsOurs)];

    public static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(p => $"docs/{Path.GetFileName(p)}")
            .Append("README.md").Append("CONTRIBUTING.md").Order();

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    private static bool IsOurs(string line) => _programs.Contains(line.Split(' ')[0]);

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
