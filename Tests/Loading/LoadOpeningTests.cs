using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Producer;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Loading;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Loading;

// A call of load goes on with the run that it began before, and no row is loaded twice without a word.
public sealed class LoadOpeningTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private readonly ParquetFixture _parquet = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _parquet.Dispose();

    [Fact]
    public async Task The_same_call_goes_on_with_its_run_while_that_is_unfinished()
    {
        var call = Call("a", "b");
        var first = await OpenAsync(call);

        var second = await OpenAsync(call);

        Assert.Equal((first.RunId, true, false), (second.RunId, second.IsContinued, second.HasEnded));
        Assert.Equal(2L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.log_entry"));
    }

    // Of two calls at once the second waits for the lock, and then finds the run of the first.
    [Fact]
    public async Task Two_equal_calls_at_once_are_one_run()
    {
        var call = Call("a");

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(call)));

        Assert.Single(runs.Select(r => r.RunId).Distinct());
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.log_entry"));
    }

    [Theory]
    [InlineData("succeeded")]
    [InlineData("cancelled")]
    public async Task Once_its_run_has_ended_the_same_call_is_a_new_run(string state)
    {
        var call = Call("a");
        var first = await OpenAsync(call);
        await EndAsync(first.RunId, state, applied: 1);

        var second = await OpenAsync(call);

        Assert.NotEqual(first.RunId, second.RunId);
        Assert.False(second.IsContinued);
        Assert.Equal(second.RunId, (await OpenAsync(call)).RunId);
    }

    [Fact]
    public async Task A_run_that_has_ended_is_never_loaded_again_under_its_id()
    {
        var call = Call("a");
        var first = await OpenAsync(call);
        await EndAsync(first.RunId, "succeeded", applied: 1);

        foreach (var again in new[] { call, null })
        {
            var named = await OpenAsync(again, first.RunId);

            Assert.Equal((first.RunId, true), (named.RunId, named.HasEnded));
        }

        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.log_entry"));
    }

    [Theory]
    [InlineData(SyncType.Append, 1, true)]
    [InlineData(SyncType.Append, 0, false)]
    [InlineData(SyncType.FullRefresh, 1, false)]
    public async Task A_run_that_failed_is_to_be_retried_where_loading_it_again_would_double_rows(
        SyncType syncType, int applied, bool refused)
    {
        var call = Call("a", "b") with { SyncType = syncType };
        var first = await OpenAsync(call);
        await EndAsync(first.RunId, "failed", applied);

        if (!refused)
        {
            Assert.NotEqual(first.RunId, (await OpenAsync(call)).RunId);
            return;
        }

        var error = await Assert.ThrowsAsync<StartupException>(() => OpenAsync(call));
        Assert.StartsWith(
            $"The same call began run {first.RunId}, which failed after 1 of 2 batches. "
                + $"\"orleansbatch retry {first.RunId}\" applies the rest; \"--run ",
            error.Message);
        Assert.Equal(ExitCodes.Failed, error.ExitCode);
    }

    // The operator follows the sentence above, and calls load again.
    [Theory]
    [InlineData("succeeded", 1)]
    [InlineData("unfinished", 1)]
    [InlineData("failed", 0)]
    public async Task A_run_that_failed_stands_as_its_retry_does(string retry, int applied)
    {
        var call = Call("a", "b");
        var first = await OpenAsync(call, lake: _parquet.PathOf("lake"));
        await EndAsync(first.RunId, "failed", applied: 1);
        var retried = Guid.NewGuid();
        await Database.ScalarAsync<Guid>("SELECT orleans_batch.retry_run($1, new_run_id => $2)", first.RunId, retried);
        if (retry != "unfinished")
        {
            await EndAsync(retried, retry, applied);
        }

        if (retry == "failed")
        {
            var error = await Assert.ThrowsAsync<StartupException>(() => OpenAsync(call));
            Assert.StartsWith($"The same call began run {retried}, which failed after 1 of ", error.Message);
            return;
        }

        var next = await OpenAsync(call);

        Assert.Equal(retry == "succeeded", next.RunId != retried);
        Assert.Equal(retry == "succeeded", !next.IsContinued);
        if (retry == "unfinished")
        {
            Assert.Equal(_parquet.PathOf("lake"), next.Lakes.DuckDb);
        }
    }

    [Fact]
    public async Task Another_key_and_a_changed_file_make_it_another_call()
    {
        var call = Call("a");
        var first = await OpenAsync(call);
        var other = await OpenAsync(call with { SyncType = SyncType.Incremental, PrimaryKeys = ["id"] });
        File.SetLastWriteTimeUtc(call.Files[0].Path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var changed = await OpenAsync(call);

        Assert.Equal(3, new[] { first.RunId, other.RunId, changed.RunId }.Distinct().Count());
    }

    [Fact]
    public async Task A_new_id_is_a_new_run_and_an_unknown_one_without_files_is_refused()
    {
        var named = Guid.NewGuid();

        var run = await OpenAsync(Call("a"), named);
        var error = await Assert.ThrowsAsync<StartupException>(() => OpenAsync(null, Guid.Empty));

        Assert.Equal((named, false), (run.RunId, run.IsContinued));
        Assert.StartsWith($"Run {Guid.Empty} is unknown in the queue: give its files", error.Message);
    }

    [Fact]
    public async Task Other_files_under_the_id_of_a_run_are_refused()
    {
        var run = await OpenAsync(Call("a"));

        var error = await Assert.ThrowsAsync<StartupException>(() => OpenAsync(Call("b"), run.RunId));

        Assert.EndsWith("(OB010)", error.Message);
        Assert.Equal(ExitCodes.BadInput, error.ExitCode);
    }

    [Fact]
    public async Task A_run_that_was_enqueued_in_part_is_enqueued_to_its_end()
    {
        var call = Call("a", "b", "c");
        var run = Guid.NewGuid();
        await using (var connection = await Database.Source.OpenConnectionAsync(Ct))
        {
            await connection.EnqueueAsync(call.Requests(run).First(), Ct);
        }

        var error = await Assert.ThrowsAsync<StartupException>(() => OpenAsync(null, run));
        var opened = await OpenAsync(call, run);

        Assert.StartsWith($"Run {run} is not enqueued to its end", error.Message);
        Assert.Equal((run, 3), (opened.RunId, opened.Batches));
        Assert.Equal(3L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.log_entry"));
    }

    [Fact]
    public async Task While_a_run_is_unfinished_nothing_goes_to_another_lake()
    {
        var first = await OpenAsync(Call("a"), lake: _parquet.PathOf("one"));

        var error = await Assert.ThrowsAsync<StartupException>(() => OpenAsync(Call("b"), lake: _parquet.PathOf("two")));
        var unnamed = await OpenAsync(Call("b"));

        Assert.StartsWith(
            $"The lake here is {_parquet.PathOf("one")}, not {_parquet.PathOf("two")}: "
                + $"run {first.RunId} of group 1/s was loaded for it and is unfinished.",
            error.Message);
        Assert.EndsWith("Nothing was enqueued.", error.Message);
        Assert.Equal(_parquet.PathOf("one"), unnamed.Lakes.DuckDb);
        await EndAsync(first.RunId, "succeeded", applied: 1);
        await EndAsync(unnamed.RunId, "succeeded", applied: 1);
        Assert.Equal(_parquet.PathOf("two"), (await OpenAsync(Call("b"), lake: _parquet.PathOf("two"))).Lakes.DuckDb);
    }

    [Fact]
    public async Task What_an_earlier_call_left_is_told_while_nobody_serves()
    {
        var left = await OpenAsync(Call("a"));
        var opening = new LoadOpening(Database.Source, "the queue", isPrivate: true);

        await opening.OpenAsync(Call("b"), null, null, Ct);

        Assert.Equal([left.RunId], opening.LeftBehind.Select(l => l.RunId));
    }

    [Fact]
    public async Task A_call_is_forgotten_with_its_run()
    {
        await OpenAsync(Call("a"));
        await Database.ExecuteAsync("DELETE FROM orleans_batch.log_entry; DELETE FROM orleans_batch.run");

        await OpenAsync(Call("b"));

        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.load_call"));
    }

    private LoadCall Call(params string[] files) => new()
    {
        Group = new GroupKey(1, "s"),
        SyncType = SyncType.Append,
        PrimaryKeys = [],
        Files = RunLoader.Inspect(
            files.Select(f => File.Exists(_parquet.PathOf(f)) ? _parquet.PathOf(f) : _parquet.Write(f, "SELECT 1 AS id"))),
    };

    private Task<LoadedRun> OpenAsync(LoadCall? call, Guid? run = null, string? lake = null) =>
        new LoadOpening(Database.Source, "the queue", isPrivate: true).OpenAsync(call, run, lake, Ct);

    // Leaves the run as the owner of the group leaves it.
    private async Task EndAsync(Guid run, string state, int applied)
    {
        await Database.AddSinkAsync("duckdb");
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, batches_applied, finished_at)
            SELECT r.run_id, s.sink_id, r.group_id, $2, $3, clock_timestamp()
            FROM orleans_batch.run AS r, orleans_batch.sink AS s WHERE r.run_id = $1
            """,
            run, state, applied);
    }
}
