using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What is on record of a destination's upkeep.</summary>
/// <param name="Task">What an operator wants, or what is due by the sink's own rules.</param>
/// <param name="Version">The version to restore, or null.</param>
/// <param name="AskedAt">When an operator asked for it; null when none did.</param>
/// <param name="AskedSeq">The last batch that the sink had applied then; 0 when it had none.</param>
/// <param name="DueAt">When it is due; null while nothing is known to be.</param>
/// <param name="IsDue">Whether that is now.</param>
internal sealed record DueUpkeep(UpkeepTask Task, long? Version, DateTime? AskedAt, long AskedSeq, DateTime? DueAt, bool IsDue)
{
    public static DueUpkeep Read(Row r) => new(
        r.NullOr<string>("task") switch
        {
            "optimize" => UpkeepTask.Optimize,
            "vacuum" => UpkeepTask.Vacuum,
            "restore" => UpkeepTask.Restore,
            _ => UpkeepTask.Due,
        },
        r.NullOr<long?>("version"), r.NullOr<DateTime?>("asked_at"), r.NullOr<long>("asked_seq"),
        r.NullOr<DateTime?>("due_at"), r.Get<bool>("is_due"));
}
