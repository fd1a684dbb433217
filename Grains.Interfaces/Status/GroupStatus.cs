namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A group's position in one sink, as the view <c>group_status</c> shows it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Sink">The sink's name.</param>
/// <param name="Waiting">The batches that are not finished.</param>
/// <param name="State">One of idle, waiting, executing, waiting_retry, not_ready, paused, blocked, forgetting.</param>
/// <param name="NextSeq">The entry that is worked on next.</param>
/// <param name="Epoch">The epoch of the present or last owner.</param>
/// <param name="Owner">The silo that owns the group now, or null.</param>
/// <param name="HeartbeatAt">The owner's last sign of life, by the database's clock.</param>
/// <param name="RetryAt">When a waiting group is tried again, or null.</param>
/// <param name="LastError">Why the group waits or is blocked, or null.</param>
/// <param name="OldestWaitingAt">When the oldest unfinished entry was enqueued, or null.</param>
/// <param name="WaitingSince">Since when a group in the state not_ready has waited for its sink, or null.</param>
[GenerateSerializer, Immutable, Alias("batch.group-status")]
public sealed record GroupStatus(
    GroupKey Group,
    string Sink,
    long Waiting,
    string State,
    long NextSeq,
    long Epoch,
    string? Owner,
    DateTimeOffset? HeartbeatAt,
    DateTimeOffset? RetryAt,
    string? LastError,
    DateTimeOffset? OldestWaitingAt,
    DateTimeOffset? WaitingSince = null);
