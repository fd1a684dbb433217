using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// What a sink did with the batches of a window, an array for each count: a window leaves one row of history. An array is null when no
/// batch of the window has the count.
/// </summary>
internal static class WindowCounts
{
    public static object Applied(IReadOnlyList<BatchResult> results) => Argument.Of(Known(results, r => r.RowsApplied));

    public static object Replaced(IReadOnlyList<BatchResult> results) => Argument.Of(Known(results, r => r.RowsReplaced));

    public static object Rounded(IReadOnlyList<BatchResult> results) =>
        Argument.Of(Known(results, r => r.ValuesRounded > 0 ? r.ValuesRounded : null));

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
