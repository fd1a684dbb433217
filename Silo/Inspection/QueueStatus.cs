using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Silo.Inspection;

// The present work of the queue, from one snapshot.
internal sealed record QueueStatus
{
    // The queue's name for people.
    public required string Database { get; init; }

    public required long Groups { get; init; }

    public required long Waiting { get; init; }

    public required long Executing { get; init; }

    public required long Retrying { get; init; }

    public required long FailedRuns { get; init; }

    public required double? OldestWaitingSeconds { get; init; }

    public required IReadOnlyList<string> Silos { get; init; }

    public required IReadOnlyList<ActiveGroup> Active { get; init; }

    public required IReadOnlyList<PauseStatus> Pauses { get; init; }

    public required IReadOnlyList<LoneBatch> Alone { get; init; }
}

// A group that has unfinished entries in a sink.
internal sealed record ActiveGroup(
    long TeamId, string SchemaId, string Sink, string State, long Waiting, long NextSeq, int Attempt, string? Owner,
    DateTimeOffset? HeartbeatAt, DateTimeOffset? RetryAt, string? LastError, DateTimeOffset? ExecutingSince,
    DateTimeOffset? WaitingSince);

// A batch that its silo runs alone. Since is null until the silo's other batches have ended.
internal sealed record LoneBatch(
    string Silo, long TeamId, string SchemaId, string Sink, long Seq, int Losses, DateTimeOffset? Since, long GroupsWaiting);
