namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>Selects actions of operators; a null part selects all.</summary>
[GenerateSerializer, Immutable, Alias("batch.action-filter")]
public sealed record ActionFilter
{
    /// <summary>Gets the run. Default: null.</summary>
    [Id(0)] public Guid? RunId { get; init; }

    /// <summary>Gets the group; actions at its runs are among them. Default: null.</summary>
    [Id(1)] public GroupKey? Group { get; init; }

    /// <summary>Gets the most rows to return, the newest actions first. Default: 50.</summary>
    [Id(2)] public int Limit { get; init; } = 50;
}
