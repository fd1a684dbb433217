using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>The counts of the run that the cursor is in, kept in the cursor's row until it gets to another run or is given up.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StartedAt">When its first batch was taken up.</param>
internal sealed record RunCounts(Guid RunId, DateTime StartedAt)
{
    public long Batches { get; init; }

    /// <summary>Gets the rows that the producer announced; null when it announced none of the batches.</summary>
    public long? Announced { get; init; }

    /// <summary>Gets the rows that the sink took in; null when it did not count those of some batch.</summary>
    public long? Applied { get; init; } = 0;

    /// <summary>Gets the rows that were replaced; null when the sink did not count those of some batch.</summary>
    public long? Replaced { get; init; } = 0;

    public long Rounded { get; init; }

    /// <summary>Gets the batches of which another number of rows was applied than announced.</summary>
    public long Differing { get; init; }

    public static RunCounts? Read(Row r) => r.IsNull("counted_run_id")
        ? null
        : new RunCounts(r.Get<Guid>("counted_run_id"), r.NullOr<DateTime>("run_started_at"))
        {
            Batches = r.Get<long>("run_batches"),
            Announced = r.NullOr<long?>("run_rows_announced"),
            Applied = r.NullOr<long?>("run_rows_applied"),
            Replaced = r.NullOr<long?>("run_rows_replaced"),
            Rounded = r.Get<long>("run_values_rounded"),
            Differing = r.Get<long>("run_batches_differing"),
        };

    /// <summary>Adds the batches of a window that were applied; the counts begin anew with another run.</summary>
    public static RunCounts Add(RunCounts? counts, Window window, IReadOnlyList<BatchResult> results)
    {
        var sum = counts?.RunId == window.First.RunId ? counts : new RunCounts(window.First.RunId, window.ClaimedAt);
        var (announced, applied, replaced, rounded, differing) = (sum.Announced, sum.Applied, sum.Replaced, sum.Rounded, sum.Differing);
        for (var i = 0; i < results.Count; i++)
        {
            var (entry, result) = (window.Entries[i], results[i]);
            announced = entry.RowCount is { } rows ? (announced ?? 0) + rows : announced;
            applied += result.RowsApplied;
            replaced += result.RowsReplaced;
            rounded += result.ValuesRounded;
            differing += BatchRows.Differ(entry, result) ? 1 : 0;
        }

        return sum with
        {
            Batches = sum.Batches + results.Count,
            Announced = announced,
            Applied = applied,
            Replaced = replaced,
            Rounded = rounded,
            Differing = differing,
        };
    }
}
