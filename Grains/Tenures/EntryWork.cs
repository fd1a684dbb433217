namespace OrleansBatch.Grains.Tenures;

/// <summary>One attempt at an entry.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Task">What the sink is to do.</param>
/// <param name="Held">What the sink holds already.</param>
/// <param name="Attempt">The number of this attempt.</param>
internal sealed record EntryWork(LogEntry Entry, EntryVerdict.Work Task, SinkPosition Held, int Attempt);

/// <summary>How an attempt ended.</summary>
/// <param name="Error">The error, or null.</param>
/// <param name="Done">What the sink did, when there is no error.</param>
internal readonly record struct EntryResult(Exception? Error, CallResult Done);
