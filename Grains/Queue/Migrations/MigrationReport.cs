namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>What a migration did.</summary>
/// <param name="Applied">The numbered files that were applied, in order.</param>
/// <param name="ReplacedRoutines">Whether the routines, triggers and views were replaced.</param>
public sealed record MigrationReport(IReadOnlyList<string> Applied, bool ReplacedRoutines)
{
    /// <summary>Gets a value indicating whether the database was left as it was.</summary>
    public bool IsEmpty => Applied.Count == 0 && !ReplacedRoutines;
}
