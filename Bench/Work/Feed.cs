using OrleansBatch.Bench.Cluster;

namespace OrleansBatch.Bench.Work;

// Producers that always keep a bounded backlog in each of 16 groups, so that a silo can work as fast as it can.
internal sealed class Feed(BenchDatabase database)
{
    private const int Groups = 16;
    private const int AtOnce = 100;
    private const long Most = 60_000;

    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(500);

    private int _index;
    private int _looks;
    private int _low;

    // The share of the time in which so little waited that the silo may have waited for the producers.
    public double LowShare => _looks == 0 ? 0 : (double)_low / _looks;

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            var (waiting, looked) = (0L, TimeProvider.System.GetTimestamp());
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                if (TimeProvider.System.GetElapsedTime(looked) > _lookEvery)
                {
                    waiting = ((long)_index * Groups) - await database.Queries.OneAsync("passed", r => r.GetInt64(0), ct);
                    looked = TimeProvider.System.GetTimestamp();
                    _looks++;
                    _low += waiting < Groups * AtOnce / 2 ? 1 : 0;
                }

                if (waiting >= Most)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), ct);
                    continue;
                }

                // All groups get batches in one call, and their runs go on for ever.
                await database.Queries.ExecuteAsync("fill", ct, 1, Groups, _index, _index + AtOnce - 1, Groups, -1, "{}", 1L, "g");
                _index += AtOnce;
                waiting += Groups * AtOnce;
            }
        }
        catch (Exception e) when (ct.IsCancellationRequested && e is OperationCanceledException or Npgsql.NpgsqlException)
        {
        }
    }
}
