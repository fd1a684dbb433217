using OrleansBatch.Grains.Interfaces.Operations;

namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A pause and the work that waits because of it.</summary>
/// <param name="Scope">The groups that the pause covers.</param>
/// <param name="Who">The person or program that paused.</param>
/// <param name="Why">The reason; may be empty.</param>
/// <param name="CreatedAt">The time at which the pause began.</param>
/// <param name="GroupsWaiting">The covered groups with unfinished entries.</param>
/// <param name="Waiting">The unfinished entries of these groups, counted once for each sink.</param>
[GenerateSerializer, Immutable, Alias("batch.pause-status")]
public sealed record PauseStatus(PauseScope Scope, string Who, string Why, DateTimeOffset CreatedAt, long GroupsWaiting, long Waiting);
