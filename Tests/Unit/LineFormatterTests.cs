using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Tests.Unit;

// Text from outside can't forge a line of the log or steer the terminal that shows it.
public sealed class LineFormatterTests
{
    [Fact]
    public void No_control_character_but_the_newline_at_the_end_reaches_the_log()
    {
        var evil = string.Concat(Enumerable.Range(0, 0xa0).Select(c => (char)c)) + "\u2028";

        var line = Write(evil, new InvalidOperationException("Bad\nfile\u001b[2J"));

        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line[..^1], c => char.IsControl(c) || c == '\u2028');
        Assert.Contains("\\u001b", line, StringComparison.Ordinal);
        Assert.Contains("Bad\\nfile", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_has_time_level_category_number_and_text() =>
        Assert.Equal("00:00:00 warn: OrleansBatch.Test[110] Group 7/größe waits.\n", Write("Group 7/größe waits.", null));

    private static string Write(string message, Exception? error)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new LineFormatter(new FakeTimeProvider()).Write(
            new LogEntry<string>(LogLevel.Warning, "OrleansBatch.Test", new EventId(110), message, error, (m, _) => m), null, text);
        return text.ToString();
    }
}
