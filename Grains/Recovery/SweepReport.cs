namespace OrleansBatch.Grains.Recovery;

/// <summary>Says what a sweep did.</summary>
/// <param name="Ran">False when another sweep was under way, so that this one did nothing.</param>
/// <param name="PartitionsMade">The partitions that were made ahead of time.</param>
/// <param name="WakeupsMended">The missing wakeups that were inserted; there should be none.</param>
/// <param name="SinksSeeded">The sinks that were given all their groups and are active now.</param>
/// <param name="GroupsResumed">The groups that were still parked for a pause that is over.</param>
/// <param name="RunsStranded">The open runs that were stranded because their producers are silent.</param>
/// <param name="PartitionsDropped">The partitions that were old enough and needed by nobody.</param>
/// <param name="GroupsForgotten">The groups that an operator wanted forgotten and that are gone.</param>
[GenerateSerializer, Immutable, Alias("batch.sweep-report")]
internal sealed record SweepReport(
    bool Ran, int PartitionsMade, int WakeupsMended, int SinksSeeded, int GroupsResumed, int RunsStranded, int PartitionsDropped,
    int GroupsForgotten);
