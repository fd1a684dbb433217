using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Silo.Hosting;

/// <summary>
/// Writes each entry of the log as one line, with control characters shown as escapes.
/// Text from outside, such as an error or a schema id, can therefore begin no line of its own, and steers no terminal.
/// </summary>
internal sealed class LineFormatter : ConsoleFormatter
{
    /// <summary>The name of the default format.</summary>
    public const string Line = "line";

    /// <summary>A date and time in UTC by ISO 8601.</summary>
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private readonly Func<LogLevel, string> _beginning;

    private LineFormatter(string name, Func<LogLevel, string> beginning)
        : base(name) => _beginning = beginning;

    /// <summary>Creates the default format, and those that stand in for .NET's own ones, which pass control characters on.</summary>
    public static IEnumerable<LineFormatter> All(TimeProvider time)
    {
        string Dated(LogLevel level) => $"{time.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture)} {Word(level)}: ";

        // The journal has the time itself, and reads the level in this form: https://man7.org/linux/man-pages/man3/sd-daemon.3.html
        return
        [
            new(Line, Dated), new(ConsoleFormatterNames.Simple, Dated), new(ConsoleFormatterNames.Systemd, level => $"<{Severity(level)}>"),
        ];
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var error = logEntry.Exception is { } exception ? $" {exception}" : string.Empty;
        textWriter.Write(_beginning(logEntry.LogLevel));
        textWriter.WriteLine(ControlCharacters.Escape($"{logEntry.Category}[{logEntry.EventId.Id}] {message}{error}"));
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "crit",
        LogLevel.Error => "fail",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        _ => "dbug",
    };

    private static int Severity(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
