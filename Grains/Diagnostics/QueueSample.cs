namespace OrleansBatch.Grains.Diagnostics;

/// <summary>The queue as the sweep last saw it.</summary>
internal sealed record QueueSample
{
    public required IReadOnlyList<StateSample> States { get; init; }

    public required IReadOnlyList<SinkSample> Sinks { get; init; }

    public required IReadOnlyList<TeamSample> Teams { get; init; }

    public required IReadOnlyList<NotReadyCount> NotReady { get; init; }

    /// <summary>Gets how many old partitions of the log some sink has not passed.</summary>
    public required int PartitionsHeld { get; init; }
}

/// <summary>The groups of a sink that are in one state.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="State">The state, by the names of the view group_status.</param>
/// <param name="Groups">How many groups are in it.</param>
/// <param name="Batches">How many entries the sink has not passed in them.</param>
/// <param name="OldestSeconds">How long ago the oldest of these entries was enqueued.</param>
internal sealed record StateSample(string Sink, string State, int Groups, long Batches, double OldestSeconds);

/// <summary>A sink as a whole.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="ExecutingSeconds">How long the oldest attempt has been under way; 0 without one.</param>
/// <param name="FailedRuns">The failed runs whose retry has not succeeded.</param>
/// <param name="UnattendedRuns">Those that nobody has looked after.</param>
internal sealed record SinkSample(string Sink, double ExecutingSeconds, int FailedRuns, int UnattendedRuns);

/// <summary>A team, in all sinks together.</summary>
/// <param name="Team">The team; null stands for all others.</param>
/// <param name="Batches">The entries that sinks have not passed in groups that are not paused.</param>
/// <param name="OldestSeconds">How long ago the oldest of these entries was enqueued.</param>
/// <param name="UnattendedRuns">The failed runs that nobody has looked after.</param>
internal sealed record TeamSample(long? Team, long Batches, double OldestSeconds, int UnattendedRuns);

/// <summary>How many groups wait for a sink for one kind of reason.</summary>
internal sealed record NotReadyCount(string Sink, string Code, int Groups);
