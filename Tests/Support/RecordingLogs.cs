using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansBatch.Tests.Support;

// Keeps the engine's log entries, by the event's number.
public sealed class RecordingLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<(int Event, LogLevel Level, string Text)> _lines = new();

    public IReadOnlyList<string> Of(params int[] events) => [.. _lines.Where(l => events.Contains(l.Event)).Select(l => l.Text)];

    public IReadOnlyList<string> AtLeast(LogLevel level) => [.. _lines.Where(l => l.Level >= level).Select(l => $"{l.Event}: {l.Text}")];

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("OrleansBatch", StringComparison.Ordinal)
            ? new Recorder(_lines)
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void Dispose()
    {
    }

    private sealed class Recorder(ConcurrentQueue<(int Event, LogLevel Level, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
    }
}
