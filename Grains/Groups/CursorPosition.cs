namespace OrleansBatch.Grains.Groups;

/// <summary>What the cursor says at a fetch.</summary>
/// <param name="NextSeq">The entry to work on next.</param>
/// <param name="AppliedSeq">The last batch this sink really applied.</param>
/// <param name="Attempts">How often the next entry was attempted so far.</param>
/// <param name="Losses">How often an owner was lost in the next entry so far.</param>
/// <param name="Entry">The next entry, or null when the log ends before it.</param>
internal sealed record CursorPosition(long NextSeq, long AppliedSeq, int Attempts, int Losses, LogEntry? Entry);
