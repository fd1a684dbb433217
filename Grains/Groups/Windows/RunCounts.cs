using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Groups.Windows;

/// <summary>The counts of the run that the cursor is in, kept in the cursor's row until it gets to another run or is given up.</summary>
internal sealed record RunCounts(Guid RunId, long Batches, long Rows, DateTime StartedAt)
{
    public static RunCounts? Read(NpgsqlDataReader r, int ordinal) => r.IsDBNull(ordinal)
        ? null
        : new RunCounts(r.GetGuid(ordinal), r.GetInt64(ordinal + 1), r.GetInt64(ordinal + 2), r.NullOr<DateTime>(ordinal + 3));

    /// <summary>Adds batches of one run; those of another begin anew.</summary>
    public static RunCounts Add(RunCounts? counts, Window window, int finished)
    {
        var rows = window.Entries.Take(finished).Sum(e => e.RowCount ?? 0);
        return counts?.RunId == window.First.RunId
            ? counts with { Batches = counts.Batches + finished, Rows = counts.Rows + rows }
            : new RunCounts(window.First.RunId, finished, rows, window.ClaimedAt);
    }
}
