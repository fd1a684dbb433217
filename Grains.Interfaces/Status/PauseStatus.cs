using OrleansBatch.Grains.Interfaces.Operations;

namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A pause and what waits because of it.</summary>
/// <param name="Scope">What it covers.</param>
/// <param name="Who">Who paused it.</param>
/// <param name="Why">The reason; may be empty.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="GroupsWaiting">The groups with unfinished entries that it covers.</param>
/// <param name="Waiting">Their unfinished entries, counted once for each sink.</param>
[GenerateSerializer, Immutable, Alias("batch.pause-status")]
public sealed record PauseStatus(PauseScope Scope, string Who, string Why, DateTimeOffset CreatedAt, long GroupsWaiting, long Waiting);
