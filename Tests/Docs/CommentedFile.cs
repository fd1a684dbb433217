using System.Text.RegularExpressions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// The comments of a source file. Strings are passed over, because an address in one is no comment.
internal sealed partial class CommentedFile
{
    private readonly string _text;
    private readonly List<CommentLine> _lines;

    private CommentedFile(string name)
    {
        Name = name;
        _text = File.ReadAllText(Repository.PathOf(name));
        _lines = Read();
    }

    public string Name { get; }

    public string FirstLine => _text.Split('\n')[0];

    public static IReadOnlyList<CommentedFile> All() =>
        [.. Repository.Files().Where(f => Path.GetExtension(f) is ".cs" or ".sql").Select(f => new CommentedFile(f))];

    // Lines one below the other are one paragraph. List items and the elements of XML documentation are paragraphs of their own.
    public IEnumerable<string> Sentences()
    {
        var paragraph = new List<CommentLine>();
        foreach (var line in _lines)
        {
            if (paragraph.Count > 0 && !line.Continues(paragraph[^1]))
            {
                foreach (var sentence in Split(paragraph))
                {
                    yield return sentence;
                }

                paragraph.Clear();
            }

            paragraph.Add(line);
        }

        foreach (var sentence in Split(paragraph))
        {
            yield return sentence;
        }
    }

    private static IEnumerable<string> Split(List<CommentLine> lines)
    {
        var text = string.Join('\n', lines.Select(l => l.Text));
        if (lines.Count > 0 && lines[0].Mark == "///")
        {
            text = XmlTag().Replace(XmlBlock().Replace(XmlName().Replace(XmlExample().Replace(text, "\n\n"), "code"), "\n\n"), "");
        }

        return BlankLine().Split(CodeSpan().Replace(ListItem().Replace(text, "\n"), "code"))
            .SelectMany(p => SentenceEnd().Split(p.Replace('\n', ' ')))
            .Select(s => s.Trim())
            .Where(s => s.Length > 0);
    }

    private List<CommentLine> Read()
    {
        var lines = new List<CommentLine>();
        var number = 1;
        var counted = 0;
        foreach (var token in (Name.EndsWith(".cs", StringComparison.Ordinal) ? CSharpToken() : SqlToken()).Matches(_text).ToList())
        {
            if (token.Groups["comment"].Success)
            {
                number += _text[counted..token.Index].Count(c => c == '\n');
                counted = token.Index;
                lines.Add(LineOf(token, number));
            }
        }

        return lines;
    }

    private CommentLine LineOf(Match token, int number)
    {
        var start = _text.LastIndexOf('\n', token.Index) + 1;
        var comment = token.Value.TrimEnd();
        var mark = comment.StartsWith("///", StringComparison.Ordinal) ? "///" : comment[..2];
        return new CommentLine(number, mark, comment[mark.Length..].Trim(), string.IsNullOrWhiteSpace(_text[start..token.Index]));
    }

    [GeneratedRegex(
        """(?<quotes>"{3,})[\s\S]*?\k<quotes>|(?:@\$?|\$@)"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|"""
        + """(?<comment>//[^\n]*)|/\*[\s\S]*?\*/""")]
    private static partial Regex CSharpToken();

    [GeneratedRegex("""'(?:[^']|'')*'|"[^"\n]*"|(?<comment>--[^\n]*)""")]
    private static partial Regex SqlToken();

    [GeneratedRegex(@"<code>[\s\S]*?</code>")]
    private static partial Regex XmlExample();

    [GeneratedRegex(@"<c>[\s\S]*?</c>|<(?:see|seealso|paramref|typeparamref)\s[^>]*/>")]
    private static partial Regex XmlName();

    [GeneratedRegex(
        @"</?(?:summary|remarks|returns|value|para|item|list|description|term|example|param|typeparam|exception|inheritdoc)"
        + @"(?:\s[^>]*)?/?>")]
    private static partial Regex XmlBlock();

    [GeneratedRegex("</?[a-z][^>]*>")]
    private static partial Regex XmlTag();

    [GeneratedRegex(@"^(?:[-*]|\d+\.|\$\d+:?)[ \t]+", RegexOptions.Multiline)]
    private static partial Regex ListItem();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\n[ \t]*\n")]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"(?<=[.!?:])[)""]*\s+")]
    private static partial Regex SentenceEnd();
}
