using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Silo.Hosting;

/// <summary>
/// Writes each entry of the log as one line, with control characters shown as escapes.
/// Text from outside, such as an error or a schema id, can therefore begin no line of its own, and steers no terminal.
/// </summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var error = logEntry.Exception is { } exception ? $" {exception}" : string.Empty;
        textWriter.Write($"{time.GetLocalNow():HH:mm:ss} {Word(logEntry.LogLevel)}: ");
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
}
