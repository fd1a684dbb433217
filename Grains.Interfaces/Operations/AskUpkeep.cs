namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Asks for upkeep of a group's destination. The group's owner does it once it has worked off the group's batches. The result is when it
/// was asked for, by which its outcome is known.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Sink">The sink's name.</param>
/// <param name="Task">optimize, vacuum or restore.</param>
/// <param name="Version">The version to restore; null for the others. Default: null.</param>
/// <remarks>Refused when group or sink is unknown. A later call takes the place of one that was not carried out yet.</remarks>
[GenerateSerializer, Immutable, Alias("batch.ask-upkeep")]
public sealed record AskUpkeep(GroupKey Group, string Sink, string Task, long? Version = null) : Operation<DateTime>
{
    internal override OperationCall Call => new OperationCall("ask_upkeep").With(Group).With("sink", Sink).With("task", Task)
        .With("version", Version);
}
