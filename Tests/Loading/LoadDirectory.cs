using System.Diagnostics;
using OrleansBatch.Embedded;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Loading;

// The directory of several loads, with its private Postgres, which is kept running so that each call need not start it.
public sealed class LoadDirectory : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();
    private EmbeddedPostgres _postgres = null!;

    public string Path => _directory.Path;

    public QueueDatabase Database { get; private set; } = null!;

    public Lake Lake() => new(_directory.Combine("lake"));

    // Files of ten rows each, in a directory of their own.
    public string WriteFiles(string name, int files)
    {
        for (var i = 0; i < files; i++)
        {
            _parquet.Write($"{name}/{i:000}.parquet", $"SELECT {i} * 10 + range AS id FROM range(10)");
        }

        return _parquet.PathOf(name);
    }

    public Task<CliResult> LoadAsync(long team, string files, params string[] more) =>
        Cli.RunAsync(Path, ["load", "--team", $"{team}", "--schema", "s", files, .. more]);

    public Process StartLoad(long team, string files, params string[] more) =>
        Cli.Start(Path, null, ["load", "--team", $"{team}", "--schema", "s", files, .. more]);

    public async Task<List<Guid>> RunsAsync(long team) => await Database.RowsAsync(
        "SELECT r.run_id FROM orleans_batch.run AS r JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1 "
            + "ORDER BY r.created_at",
        r => r.GetGuid(0),
        team);

    public async ValueTask InitializeAsync()
    {
        _postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = _directory.Combine(".orleansbatch") }, CancellationToken.None);
        Database = await QueueDatabase.OnAsync(_postgres.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _postgres.DisposeAsync();
        _parquet.Dispose();
        _directory.Dispose();
    }
}
