using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Tests.Unit;

// Text from outside can't forge a line of the log or steer the terminal that shows it, whatever the format.
public sealed class LineFormatterTests : IDisposable
{
    private const string Time = @"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z";

    private readonly ServiceProvider _services;

    public LineFormatterTests()
    {
        var services = new ServiceCollection().AddLogging(logging => LogSettings.Configure(
            logging, new ConfigurationBuilder().Build(), new SiloSettings { ConnectionString = "" }));
        _services = services.BuildServiceProvider();
    }

    public static TheoryData<string> Formats => ["line", "simple", "systemd", "json"];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void No_control_character_but_the_newline_at_the_end_reaches_the_log(string format)
    {
        var evil = string.Concat(Enumerable.Range(0, 0xa0).Select(c => (char)c)) + "\u2028";

        var line = Write(format, evil, new InvalidOperationException("Bad\nfile\u001b[2J"));

        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line[..^1], c => char.IsControl(c) || c == '\u2028');
        Assert.Contains("\\u001b", line, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Bad\\nfile", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line", $"^{Time} warn: OrleansBatch.Test\\[110\\] Group 7/größe waits.\n$")]
    [InlineData("simple", $"^{Time} warn: OrleansBatch.Test\\[110\\] Group 7/größe waits.\n$")]
    [InlineData("systemd", "^<4>OrleansBatch.Test\\[110\\] Group 7/größe waits.\n$")]
    public void A_line_has_date_and_time_level_category_number_and_text(string format, string expected) =>
        Assert.Matches(expected, Write(format, "Group 7/größe waits.", null));

    [Fact]
    public void An_object_has_date_and_time_level_category_number_and_text()
    {
        using var written = JsonDocument.Parse(Write("json", "Group 7/größe waits.", null));
        var line = written.RootElement;

        Assert.Matches($"^{Time}$", line.GetProperty("Timestamp").GetString());
        Assert.Equal(
            ("Warning", "OrleansBatch.Test", 110, "Group 7/größe waits."),
            (line.GetProperty("LogLevel").GetString(), line.GetProperty("Category").GetString(), line.GetProperty("EventId").GetInt32(),
                line.GetProperty("Message").GetString()));
    }

    // The console takes the first formatter of a name.
    private string Write(string format, string message, Exception? error)
    {
        using var text = new StringWriter { NewLine = "\n" };
        _services.GetServices<ConsoleFormatter>().First(f => f.Name == format).Write(
            new LogEntry<string>(LogLevel.Warning, "OrleansBatch.Test", new EventId(110), message, error, (m, _) => m), null, text);
        return text.ToString();
    }
}
