using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;

namespace OrleansBatch.Sinks.Delta.Changes;

// The results of batches that a log has, from what its commits say of themselves. A repeated batch is one of the last commits.
internal static class AppliedResults
{
    private const int MostCommits = 100;

    // A batch whose commit is gone from the log was applied all the same: its rows are not counted.
    public static async Task<List<BatchResult>> FindAsync(
        TableLog log, Guid originRunId, IReadOnlyList<int> indexes, CancellationToken cancellationToken)
    {
        var found = new BatchResult?[indexes.Count];
        var left = indexes.Count;
        await foreach (var commit in log.HistoryAsync(MostCommits, cancellationToken))
        {
            for (var i = 0; i < found.Length; i++)
            {
                if (found[i] is null && BatchMark.Find(commit.Info, originRunId, indexes[i]) is { } result)
                {
                    found[i] = result;
                    left--;
                }
            }

            if (left == 0)
            {
                break;
            }
        }

        return [.. found.Select(r => r ?? BatchResult.NotCounted)];
    }
}
