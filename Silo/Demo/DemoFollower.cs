using Npgsql;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Demo;

// The sink probe as a follower of duckdb, which records each batch that duckdb has applied. Only a demo serves this follower.
internal sealed class DemoFollower : IAsyncDisposable
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(50);

    private readonly NpgsqlDataSource _source;

    private DemoFollower(NpgsqlDataSource source) => _source = source;

    // Returns null when the queue knows probe as a primary sink.
    public static async Task<DemoFollower?> AddAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await source.ReadAsync("demo_sink", r => r.GetInt16(0), ct);
        if (!(await source.ReadAsync("demo_follow", r => r.GetBoolean(0), ct))[0])
        {
            return null;
        }

        await source.ReadAsync("demo_enable", r => r.GetBoolean(0), ct);
        return new DemoFollower(source);
    }

    // Returns the number of batches recorded after duckdb had applied them.
    // The wait ends when the follower is through with the runs, or when the time is over.
    public async Task<long> WaitAsync(IReadOnlyCollection<Guid> runs, TimeSpan within, CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (ended, recorded) = (await _source.ReadAsync(
                "demo_followed", r => (r.GetInt64(0), r.GetInt64(1)), ct, runs.ToArray()))[0];
            if (ended == runs.Count || TimeProvider.System.GetElapsedTime(start) > within)
            {
                return recorded;
            }

            await Task.Delay(_lookEvery, ct);
        }
    }

    public async ValueTask DisposeAsync() => await _source.ReadAsync("demo_disable", r => r.GetBoolean(0), CancellationToken.None);
}
