using OrleansBatch.Bench.Cluster;

namespace OrleansBatch.Bench.Work;

// Waits for the end of a drain without weighing on it: looking takes at most a fiftieth of the time.
internal static class Drained
{
    private static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(100);

    // Returns false when the limit came first.
    public static async Task<bool> WaitAsync(BenchDatabase database, TimeSpan limit, CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < limit)
        {
            var asked = TimeProvider.System.GetTimestamp();
            if (await database.Queries.OneAsync("is_drained", r => r.GetBoolean(0), ct))
            {
                return true;
            }

            var took = TimeProvider.System.GetElapsedTime(asked);
            await Task.Delay(took * 50 > _leastPause ? took * 50 : _leastPause, ct);
        }

        return false;
    }
}
