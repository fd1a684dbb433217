using OrleansBatch.Embedded;

namespace OrleansBatch.Bench.Cluster;

// The speed of this Postgres by itself at this moment: one single-row statement by key and its commit per operation.
// pgbench measures where it lies beside the server's binaries. Elsewhere Npgsql runs the same statements.
internal sealed class ReferenceLoad
{
    public const string Update = "reference_update";
    public const string Insert = "reference_insert";

    private readonly BenchDatabase _database;
    private readonly PgBench? _pgBench;

    private ReferenceLoad(BenchDatabase database, PgBench? pgBench) => (_database, _pgBench) = (database, pgBench);

    public static async Task<ReferenceLoad> PrepareAsync(BenchCluster cluster, string directory, CancellationToken ct)
    {
        var database = await cluster.CreateAsync(ct, "template1");
        await database.Queries.ExecuteAsync("reference_tables", ct);
        var binaries = await PostgresBinaries.FindAsync(ct);
        return new ReferenceLoad(database, PgBench.TryFind(binaries.Folder, directory, database.ConnectionString));
    }

    public string NameOf(string statement, int clients) =>
        $"{(_pgBench is null ? "Npgsql" : "pgbench")} {(statement == Insert ? "INSERT" : "UPDATE")}, "
        + $"{clients} client{(clients == 1 ? "" : "s")}";

    // Returns operations a second.
    public Task<double> MeasureAsync(string statement, int clients, TimeSpan time, CancellationToken ct) =>
        _pgBench is { } pgBench
            ? pgBench.RunAsync(statement, clients, time, ct)
            : Producers.RunAsync(_database.Queries, clients, time, statement, (k, n) => [((k * 7919) + (n * 31)) % 10_000 + 1], ct);
}
