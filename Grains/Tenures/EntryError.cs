using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

/// <summary>An error as it is put on record and in the log.</summary>
internal sealed record EntryError
{
    private EntryError(string message, string? detail) => (Message, Detail) = (StorableText.Of(message), detail);

    /// <summary>Gets what happened and what to do, for people.</summary>
    public string Message { get; }

    /// <summary>Gets what the library behind the sink said itself, in one line; null when it said nothing else.</summary>
    public string? Detail { get; }

    /// <summary>Gets the sentence, and behind it the detail if there is one.</summary>
    public string InFull => Detail is null ? Message : $"{Message} ({Detail})";

    public static EntryError Of(string message) => new(message, null);

    public static EntryError Of(Exception error)
    {
        var said = error switch
        {
            PermanentBatchException { Detail: { } detail } => detail,
            SinkNotReadyException { Detail: { } detail } => detail,

            // The sentence itself says that a call was cancelled.
            { InnerException: { } inner and not OperationCanceledException } => inner.Message,
            _ => null,
        };
        var line = said is null ? "" : StorableText.Of(said.Trim().Split('\n')[0].TrimEnd());
        return new EntryError(error.Message, line.Length == 0 || error.Message.Contains(line, StringComparison.Ordinal) ? null : line);
    }

    /// <summary>Gives the same error with another sentence.</summary>
    public EntryError Saying(string message) => new(message, Detail);
}
