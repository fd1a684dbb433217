using Npgsql;

namespace OrleansBatch.Bench.Cluster;

// One run's database, dropped with the run.
internal sealed class BenchDatabase(BenchCluster cluster, string name) : IAsyncDisposable
{
    private const int LongestStatementSeconds = 1800;

    private NpgsqlDataSource? _source;

    public string Name => name;

    public string ConnectionString => cluster.ConnectionString(name);

    public NpgsqlDataSource Queries => _source ??= Source(ConnectionString);

    public static NpgsqlDataSource Source(string connectionString) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "orleans-batch-bench",
            MaxPoolSize = 40,
            CommandTimeout = LongestStatementSeconds,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
        });

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _source, null) is { } source)
        {
            await source.DisposeAsync();
        }

        await cluster.DropAsync(name);
    }
}
