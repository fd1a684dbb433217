using System.Diagnostics.CodeAnalysis;
using Npgsql;
using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Drill;
using OrleansBatch.Embedded;

namespace OrleansBatch.Bench.Cluster;

// A private Postgres with its durable defaults. Each run has a database of its own, so no run measures another's leftovers.
internal sealed class BenchCluster : IAsyncDisposable
{
    private const string Template = "bench_template";

    private readonly EmbeddedPostgres _postgres;
    private readonly NpgsqlDataSource _maintenance;
    private int _made;

    private BenchCluster(EmbeddedPostgres postgres)
    {
        _postgres = postgres;
        _maintenance = BenchDatabase.Source(ConnectionString("postgres"));
    }

    public NpgsqlDataSource Maintenance => _maintenance;

    public static async Task<BenchCluster> StartAsync(string directory, ChildGuard guard, CancellationToken ct)
    {
        var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Directory = directory }, ct);
        guard.Watch(postgres.Kill);
        var cluster = new BenchCluster(postgres);
        try
        {
            await cluster.ExecuteAsync($"CREATE DATABASE {Template}", ct);
            await using var source = NpgsqlDataSource.Create(cluster.ConnectionString(Template) + ";Pooling=false");
            await Migrator.MigrateAsync(source, ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = database }.ConnectionString;

    // Makes an empty, migrated database, or a copy of another one. The copy's writes are on disk before anything is measured.
    public async Task<BenchDatabase> CreateAsync(CancellationToken ct, string template = Template)
    {
        var name = $"bench_{++_made}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}", ct);
        await ExecuteAsync("CHECKPOINT", ct);
        return new BenchDatabase(this, name);
    }

    public Task DropAsync(string name) => ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None);

    public async Task<IReadOnlyDictionary<string, string>> SettingsAsync(CancellationToken ct) =>
        (await _maintenance.ReadAsync("settings", r => (r.GetString(0), r.GetString(1)), ct)).ToDictionary();

    public async ValueTask DisposeAsync()
    {
        await _maintenance.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [SuppressMessage("Security", "CA2100", Justification = "These statements take no parameters; the names are the bench's own.")]
    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = _maintenance.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
