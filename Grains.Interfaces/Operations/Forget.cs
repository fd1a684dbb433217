namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Takes a group, or all groups that a team has now, out of the queue and of its sinks for good. The result is the number of groups.
/// </summary>
/// <param name="TeamId">The team.</param>
/// <param name="SchemaId">The schema of the one group; null for all groups of the team. Default: null.</param>
/// <param name="LeaveSink">The name of a sink that keeps what it holds of the groups; null for none. Default: null.</param>
/// <remarks>
/// The groups take nothing from now on; owners and the sweep remove them. Refused without a reason, when a group or sink is unknown, and
/// when a disabled sink holds rows that are not to be left.
/// </remarks>
[GenerateSerializer, Immutable, Alias("batch.forget")]
public sealed record Forget(long TeamId, string? SchemaId = null, string? LeaveSink = null) : Operation<int>
{
    internal override OperationCall Call =>
        new OperationCall("forget").With("team_id", TeamId).With("schema_id", SchemaId).With("leave_sink", LeaveSink);
}
