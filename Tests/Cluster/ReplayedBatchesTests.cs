using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// Applied batches are applied again, under an origin of the replay's own. Decided batches stay decided.
public sealed class ReplayedBatchesTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly RecordingSink _sink = new();

    [Fact]
    public async Task Batches_are_applied_again_and_failed_and_skipped_ones_are_passed_as_they_were()
    {
        var (failing, good) = (Guid.NewGuid(), Guid.NewGuid());
        _sink.OnApply = (c, _) => c.Batch is { RunId: var run, BatchIndex: 1 } && run == failing
            ? throw new PermanentBatchException("Bad.") : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await EnqueueAsync(failing, 3);
        await EnqueueAsync(good, 2);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(good, RecordingSink.Name), _soon, "the run succeeds");
        var (applied, ended) = (_sink.Applied.Count, _sink.Ended.Count);
        var outcomes = await OutcomesAsync();

        await ReplayAsync(1);
        await CaughtUpAsync();

        Assert.Equal([1, 4, 5], _sink.Applied.Skip(applied).Select(a => a.Batch.Seq));
        Assert.All(_sink.Applied.Skip(applied), a =>
        {
            Assert.Equal(5, a.ReplayedTo);
            Assert.Equal(a.Batch.BatchIndex, a.Batch.OriginIndex);
            Assert.NotEqual(a.Batch.RunId, a.Batch.OriginRunId);
        });
        Assert.Equal([(2L, RunEnd.Failed), (3L, RunEnd.Failed), (5L, RunEnd.Sealed)], _sink.Ended.Skip(ended).Select(e => (e.Seq, e.End)));
        Assert.Equal(
            _sink.Applied.Skip(applied).Where(a => a.Batch.RunId == good).Select(a => a.Batch.OriginRunId).Distinct(),
            _sink.Ended.Skip(ended).Where(e => e.RunId == good).Select(e => e.OriginRunId));
        Assert.Equal(outcomes, await OutcomesAsync());

        var after = Guid.NewGuid();
        await EnqueueAsync(after, 1);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(after, RecordingSink.Name), _soon, "the next run succeeds");
        Assert.Equal((0L, after), (_sink.Applied.Last().ReplayedTo, _sink.Applied.Last().Batch.OriginRunId));
    }

    [Fact]
    public async Task A_batch_that_fails_for_good_in_a_replay_fails_nothing_and_stops_the_group_until_somebody_acts()
    {
        var run = Guid.NewGuid();
        var broken = false;
        _sink.OnApply = (c, _) => broken && c.Batch.Seq == 2 ? throw new PermanentBatchException("Gone.") : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await EnqueueAsync(run, 3);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        var outcomes = await OutcomesAsync();
        broken = true;

        await ReplayAsync(1);
        await Eventually.EqualsAsync("blocked", () => GroupAsync<string>("state"), _soon, "the group is blocked");

        Assert.Equal(2, await GroupAsync<long>("next_seq"));
        Assert.Contains("Gone.", await GroupAsync<string>("last_error"), StringComparison.Ordinal);
        Assert.Equal(outcomes, await OutcomesAsync());
        Assert.Equal("failed", await Database.ScalarAsync<string>(
            "SELECT last_outcome FROM orleans_batch.batch_status WHERE run_id = $1 AND seq = 2", run));

        broken = false;
        await Database.ScalarAsync<bool>("SELECT orleans_batch.unblock(team_id => $1, schema_id => 's', sink => 'recording')", _team);
        await CaughtUpAsync();
        Assert.Equal([1, 2, 3, 1, 2, 2, 3], _sink.Applied.Select(a => a.Batch.Seq));
    }

    [Fact]
    public async Task A_batch_of_a_replay_that_is_tried_again_has_the_same_origin()
    {
        var run = Guid.NewGuid();
        _sink.OnApply = (c, _) => c is { ReplayedTo: > 0, Attempt: < 3 }
            ? throw new InvalidOperationException("Busy.")
            : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await EnqueueAsync(run, 1);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");

        await ReplayAsync(1);
        await CaughtUpAsync();

        Assert.Equal(4, _sink.Applied.Count);
        Assert.Single(_sink.Applied.Skip(1).Select(a => a.Batch.OriginRunId).Distinct());
    }

    [Fact]
    public async Task Duckdb_has_the_right_rows_after_a_replay_of_incremental_and_full_refresh_runs()
    {
        using var parquet = new ParquetFixture();
        var lake = parquet.PathOf("lake");
        await using var silos = await TestSilos.StartAsync(
            Database, serves: ["duckdb"],
            add: silo => silo.Services.AddDuckDbSink(o => (o.LakeDirectory, o.InputRoots) = (lake, [parquet.Directory])));
        await RunAsync("full_refresh", "SELECT 1 AS id, 'a' AS v", "SELECT 2 AS id, 'b' AS v");
        await RunAsync("incremental", "SELECT 2 AS id, 'c' AS v", "SELECT 3 AS id, 'd' AS v");
        await RunAsync("incremental", "SELECT 3 AS id, 'e' AS v");
        Assert.Equal("1a 2c 3e", await RowsAsync());
        await OnLakeAsync("DELETE FROM s WHERE id <> 1; UPDATE s SET v = 'lost'");
        Assert.Equal("1lost", await RowsAsync());

        // The incremental runs come alone first, then all runs.
        await ReplayAsync(3, "duckdb");
        await CaughtUpAsync("duckdb");
        Assert.Equal("1lost 2c 3e", await RowsAsync());
        await OnLakeAsync("DELETE FROM s");
        await ReplayAsync(1, "duckdb");
        await CaughtUpAsync("duckdb");
        Assert.Equal("1a 2c 3e", await RowsAsync());

        await RunAsync("incremental", "SELECT 4 AS id, 'f' AS v");
        Assert.Equal("1a 2c 3e 4f", await RowsAsync());

        // A lost file is made anew by a replay of all entries that are left, and by no smaller one.
        await LeftAsync();
        File.Delete(LakePath.Of(lake, new GroupKey(_team, "s")));
        await ReplayAsync(4, "duckdb");
        await Eventually.UntilAsync(
            async () => await Database.ScalarAsync<string>("SELECT error FROM orleans_batch.parked WHERE team_id = $1", _team) is { } error
                && error.Contains("is missing", StringComparison.Ordinal),
            _soon, "the file is missed");
        await ReplayAsync(1, "duckdb");
        await CaughtUpAsync("duckdb");
        Assert.Equal("1a 2c 3e 4f", await RowsAsync());

        async Task RunAsync(string type, params string[] selects)
        {
            var run = Guid.NewGuid();
            for (var index = 0; index < selects.Length; index++)
            {
                await Database.ExecuteAsync(
                    """
                    SELECT orleans_batch.enqueue(
                      team_id => $1, schema_id => 's', run_id => $2, batch_index => $3, path => $4, is_final => $5,
                      sync_type => $6, primary_keys => CASE WHEN $6 = 'incremental' THEN ARRAY['id'] END)
                    """,
                    _team, run, index, parquet.Write($"{Guid.NewGuid():N}.parquet", selects[index]), index == selects.Length - 1, type);
            }

            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, "duckdb"), _soon, "the run succeeds");
        }

        async Task<string> RowsAsync()
        {
            await LeftAsync();
            var rows = new Lake(lake).Select(new GroupKey(_team, "s"), "FROM s ORDER BY id").Rows;
            return string.Join(' ', rows.Select(r => string.Concat(r)));
        }

        async Task OnLakeAsync(string sql)
        {
            await LeftAsync();
            await using var connection = new DuckDB.NET.Data.DuckDBConnection($"DataSource={LakePath.Of(lake, new GroupKey(_team, "s"))}");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test writes the statement.
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Task LeftAsync() => Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"), _soon, "the file is closed");
    }

    private async Task EnqueueAsync(Guid run, int batches)
    {
        for (var index = 0; index < batches; index++)
        {
            await Database.EnqueueAsync(_team, "s", run, index, final: index == batches - 1);
        }
    }

    private Task ReplayAsync(long from, string sink = RecordingSink.Name) => Database.ExecuteAsync(
        "SELECT orleans_batch.replay(team_id => $1, schema_id => 's', sink => $2, from_seq => $3, force => true, why => 'a check')",
        _team, sink, from);

    private async Task CaughtUpAsync(string sink = RecordingSink.Name)
    {
        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.operator_request WHERE done_at IS NULL"), _soon,
            "the request is complied with");
        await Eventually.UntilAsync(
            () => Database.ScalarAsync<bool>(
                "SELECT replay_to IS NULL AND state = 'idle' FROM orleans_batch.group_status WHERE team_id = $1 AND sink = $2",
                _team, sink),
            _soon, "the replay is over");
    }

    private async Task<T?> GroupAsync<T>(string column) => await Database.ScalarAsync<T>(
        $"SELECT {column} FROM orleans_batch.group_status WHERE team_id = $1 AND sink = 'recording'", _team);

    private Task<List<string>> OutcomesAsync() => Database.RowsAsync(
        """
        SELECT concat_ws(' ', r.state, r.batches_applied, r.batches_skipped, r.first_error, r.finished_at)
        FROM orleans_batch.run_status AS r
        WHERE r.team_id = $1 ORDER BY r.created_at, r.sink
        """,
        r => r.GetString(0), _team);
}
