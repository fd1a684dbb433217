namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Says what a pause covers: everything when all parts are null. Groups that do not exist yet are covered, too.</summary>
/// <param name="TeamId">The team, or null for all.</param>
/// <param name="SchemaId">The schema within the team, or null for all of the team's.</param>
/// <param name="Sink">The sink's name, or null for all.</param>
[GenerateSerializer, Immutable, Alias("batch.pause-scope")]
public sealed record PauseScope(long? TeamId, string? SchemaId, string? Sink)
{
    /// <summary>Shows the scope as people say it, for messages.</summary>
    public override string ToString()
    {
        var what = (TeamId, SchemaId) switch
        {
            (null, _) => "everything",
            ({ } team, null) => $"team {team}",
            ({ } team, { } schema) => $"group {new GroupKey(team, schema)}",
        };
        return Sink is null ? what : $"{what} in sink {Sink}";
    }
}
