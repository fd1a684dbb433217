using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What a sink did with the batches of a window, as one array for each count: it stands in the one row that a window leaves.</summary>
internal static class WindowRows
{
    /// <summary>Gives the rows applied, the rows replaced and the values rounded of each batch; null for what none of them has.</summary>
    public static object[] Of(IReadOnlyList<BatchResult> results) =>
    [
        Argument.Of(Known(results, r => r.RowsApplied)),
        Argument.Of(Known(results, r => r.RowsReplaced)),
        Argument.Of(Known(results, r => r.ValuesRounded > 0 ? r.ValuesRounded : null)),
    ];

    private static long?[]? Known(IReadOnlyList<BatchResult> results, Func<BatchResult, long?> count)
    {
        long?[]? known = null;
        for (var i = 0; i < results.Count; i++)
        {
            if (count(results[i]) is { } value)
            {
                (known ??= new long?[results.Count])[i] = value;
            }
        }

        return known;
    }
}
