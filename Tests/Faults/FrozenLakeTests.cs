using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// G4 and G6: a frozen process loses the group's lock, but not its open file.
// The next owner waits for the file without counting an attempt. Every batch is in the file once, whether the process goes on or is killed.
public sealed class FrozenLakeTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private const int Batches = 200;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> _settings = new()
    {
        ["OrleansBatch__LockLifetime"] = "00:00:03",
        ["OrleansBatch__DuckDb__NotReadyRetry"] = "00:00:01",
    };

    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();
    private readonly GroupKey _group = new(TestIds.NextTeam(), "flights");

    private string Lake => _directory.Combine("lake");

    public void Dispose()
    {
        _directory.Dispose();
        _parquet.Dispose();
    }

    [Fact]
    public async Task A_silo_that_freezes_in_a_batch_and_goes_on_later_costs_no_row_and_doubles_none()
    {
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("duckdb");
        var starting = new[] { ServeAsync("first"), ServeAsync("second") };
        var files = Enumerable.Range(1, Batches).Select(n => _parquet.Write($"{n}.parquet", $"SELECT {n} AS n")).ToList();
        using var first = await starting[0];
        using var second = await starting[1];
        foreach (var (path, index) in files.Select((p, i) => (p, i)))
        {
            await Database.EnqueueAsync(_group.TeamId, _group.SchemaId, run, index, path, final: index == Batches - 1);
        }

        var owner = "";
        await Eventually.UntilAsync(async () => (owner = await OwnerAsync()) is not null, _soon, "a silo works on the group");
        var frozen = owner == "first" ? first : second;
        await frozen.SignalAsync("STOP");
        Assert.Equal(owner, await OwnerAsync());
        await NotReadyAsync(owner == "first" ? "second" : "first");
        await frozen.SignalAsync("CONT");

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, "duckdb"), _soon, "the run succeeds");
        Assert.Equal(1, await Database.ScalarAsync<int>("SELECT max(attempt) FROM orleans_batch.batch_attempt"));
        Assert.Equal(0, await OutcomesAsync("retry") + await OutcomesAsync("failed"));
        await Eventually.EqualsAsync(0L, HeldAsync, _soon, "the file is closed");
        Assert.Equal(Enumerable.Range(1, Batches), Rows());
    }

    [Fact]
    public async Task A_frozen_process_that_is_killed_gives_its_file_to_the_next_owner()
    {
        var (run, path) = (Guid.Empty, _parquet.Write("1.parquet", "SELECT 1 AS n"));
        using var sink = new DuckDbSink(Microsoft.Extensions.Options.Options.Create(new DuckDbSinkOptions
        {
            LakeDirectory = Lake, InputRoots = [_parquet.Directory], NotReadyRetry = TimeSpan.FromSeconds(1),
        }));
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o => o.MaxAttempts = 1);
        using (var frozen = await TestProcess.HoldAsync(Lake, TestBatch.Of(_group, path, seq: 1)))
        {
            await frozen.FreezeAsync();
            await Database.EnqueueAsync(_group.TeamId, _group.SchemaId, run, 1, path);
            await Database.EnqueueAsync(_group.TeamId, _group.SchemaId, run, 2, _parquet.Write("2.parquet", "SELECT 2 AS n"), final: true);

            // Two waits pass, though the batch has only one attempt.
            await Eventually.UntilAsync(async () => await OutcomesAsync("not_ready") >= 2, _soon, "the batch waits");
        }

        // The first batch is there already, under the same run and index. The sink knows it and does not add it again.
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        await Eventually.EqualsAsync(0L, HeldAsync, _soon, "the file is closed");
        Assert.Equal([1, 2], Rows());
        Assert.Equal(1, await Database.ScalarAsync<int>("SELECT max(attempt) FROM orleans_batch.batch_attempt"));
    }

    private Task<ServedSilo> ServeAsync(string name) => ServedSilo.StartAsync(
        _directory.Path, Database.ConnectionString, name, ServedSilo.NewPorts(), _settings, "--roots", _parquet.Directory);

    // The owner has certainly opened the file, because it has applied a batch.
    private Task<string?> OwnerAsync() => Database.ScalarAsync<string>(
        "SELECT silo FROM orleans_batch.lock_owner WHERE team_id = $1 AND next_seq BETWEEN 5 AND $2", _group.TeamId, Batches);

    private Task NotReadyAsync(string silo) => Eventually.UntilAsync(
        () => Database.ScalarAsync<bool>(
            """
            SELECT EXISTS (
              SELECT FROM orleans_batch.batch_attempt WHERE outcome = 'not_ready' AND silo = $1 AND error LIKE '%is locked by%')
            """,
            silo),
        _soon,
        $"{silo} has taken the group over and finds the file locked");

    private Task<long> OutcomesAsync(string outcome) =>
        Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.batch_attempt WHERE outcome = $1", outcome);

    private Task<long> HeldAsync() => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock");

    private List<int> Rows() => [.. new Lake(Lake).Select(_group, "SELECT n FROM flights").Rows.Select(row => (int)row[0]!)];
}
