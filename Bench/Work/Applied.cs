using OrleansBatch.Bench.Cluster;

namespace OrleansBatch.Bench.Work;

// The batches that the history says were applied, and their seconds by the server's clock.
internal sealed record Applied(long Batches, double Seconds, DateTimeOffset LastEnd)
{
    public double Rate => Seconds > 0 ? Batches / Seconds : 0;

    public static Task<Applied> ReadAsync(BenchDatabase database, CancellationToken ct, DateTimeOffset? since = null) =>
        database.Queries.OneAsync(
            "history", r => new Applied(r.GetInt64(0), r.GetDouble(1), r.GetFieldValue<DateTimeOffset>(2)), ct,
            since ?? DateTimeOffset.UnixEpoch);
}
