using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// runs, show, cancel, retry and skip, as scripts and people use them.
[Trait("Length", "Long")]
public sealed class RunVerbTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Runs_lists_what_became_of_each_run_and_filters()
    {
        using var cli = new OperatorCli(Database);
        var (good, bad, open) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(1, "a", good, 0, final: true);
        await Database.EnqueueAsync(1, "b", bad, 0, metadata: """{"probe":{"permanent":true}}""");
        await Database.EnqueueAsync(1, "b", bad, 1, final: true);
        await using (await TestSilos.StartAsync(Database))
        {
            await Eventually.UntilAsync(
                async () => (await Database.RunStateAsync(good), await Database.RunStateAsync(bad)) == ("succeeded", "failed")
                    && await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.batch_exception WHERE kind = 'skipped'") == 1,
                _within, "both runs end, and what is left of the failed one is skipped");
        }

        await Database.EnqueueAsync(2, "c", open, 0);

        Assert.Equal(
            ["run_id", "team_id", "schema_id", "sink", "state", "run_state", "sync_type", "batch_count", "batches_applied",
             "batches_skipped", "rows_applied", "first_error", "created_at", "started_at", "finished_at", "duration_seconds",
             "rows_announced", "rows_replaced", "values_rounded", "batches_differing", "first_error_detail", "notes",
             "retried_as", "retry_state", "is_mended", "batches_missing", "executing_index", "executing_since"],
            (await cli.JsonAsync("runs"))[0].Names());
        Assert.Equal([open, bad, good], await IdsAsync(cli));
        Assert.Equal([bad], await IdsAsync(cli, "--state", "failed"));
        Assert.Equal([open], await IdsAsync(cli, "--state", "open"));
        Assert.Equal([open], await IdsAsync(cli, "--team", "2"));
        Assert.Equal([bad], await IdsAsync(cli, "--team", "1", "--schema", "b", "--sink", "probe"));
        Assert.Equal([open], await IdsAsync(cli, "--limit", "1"));
        Assert.Empty(await IdsAsync(cli, "--sink", "none"));

        var failed = (await cli.JsonAsync("runs", "--state", "failed"))[0];
        Assert.Equal(
            (2L, 0L, 1L, "probe", "sealed"),
            (failed.Number("batch_count"), failed.Number("batches_applied"), failed.Number("batches_skipped"), failed.Text("sink"),
             failed.Text("run_state")));
        Assert.Contains($"{bad}", await cli.RunAsync(0, "runs"), StringComparison.Ordinal);
        Assert.Contains("none", await cli.RunAsync(2, "runs", "--state", "none"), StringComparison.Ordinal);
        Assert.Contains("1 or more", await cli.RunAsync(2, "runs", "--limit", "0"), StringComparison.Ordinal);

        async Task<List<Guid>> IdsAsync(OperatorCli cli, params string[] filter) =>
            [.. (await cli.JsonAsync(["runs", .. filter])).EnumerateArray().Select(r => r.GetProperty("run_id").GetGuid())];
    }

    [Fact]
    public async Task Show_tells_the_outcome_the_batches_that_are_not_applied_and_every_attempt()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(1, "a", run, 0);
        await Database.EnqueueAsync(1, "a", run, 1, metadata: """{"probe":{"fail_attempts":9}}""");
        await Database.EnqueueAsync(1, "a", run, 2, final: true);
        await using (await TestSilos.StartAsync(Database))
        {
            await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run), _within, "the run fails");
            await Eventually.EqualsAsync(
                4L, () => Database.ScalarAsync<long>("SELECT max(next_seq) FROM orleans_batch.sink_cursor"), _within,
                "its last batch is passed");
        }

        var shown = await cli.JsonAsync("show", $"{run}");

        Assert.Equal(("append", "sealed", "continue"), (shown.Text("sync_type"), shown.Text("run_state"), shown.Text("on_failure")));
        Assert.Equal("failed", shown.GetProperty("sinks")[0].Text("state"));
        Assert.Equal(
            [(1L, "failed"), (2L, "skipped")],
            shown.GetProperty("batches").EnumerateArray().Select(b => (b.Number("batch_index"), b.Text("state")!)));
        Assert.Equal(
            [(1L, 3L, "failed"), (1L, 2L, "retry"), (1L, 1L, "retry")],
            shown.GetProperty("attempts").EnumerateArray().Select(a => (a.Number("batch_index"), a.Number("attempt"), a.Text("outcome")!)));
        Assert.All(shown.GetProperty("attempts").EnumerateArray(), a => Assert.NotEmpty(a.Text("error")!));
        Assert.Contains("skipped", await cli.RunAsync(0, "show", $"{run}"), StringComparison.Ordinal);
        Assert.Contains("is unknown", await cli.RunAsync(1, "show", $"{Guid.NewGuid()}"), StringComparison.Ordinal);
        Assert.Contains("no run id", await cli.RunAsync(2, "show", "orders"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_ends_an_open_run_in_the_sink_and_is_on_record_with_who_and_why()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(1, "a", run, 0);

        // There is nobody to ask, and nothing is done.
        Assert.Contains("--yes", await cli.RunAsync(2, "cancel", $"{run}", "--reason", "x"), StringComparison.Ordinal);
        Assert.Contains("--reason", await cli.RunAsync(2, "cancel", $"{run}", "--yes"), StringComparison.Ordinal);
        Assert.Contains("not be empty", await cli.RunAsync(2, "cancel", $"{run}", "--yes", "--reason", " "), StringComparison.Ordinal);
        Assert.Equal("open", await Database.ScalarAsync<string>("SELECT state FROM orleans_batch.run WHERE run_id = $1", run));
        Assert.Empty(await Database.ActionsAsync());

        var cancelled = await cli.JsonAsync("cancel", $"{run}", "--reason", "a wrong extract", "--who", "ann", "--yes");

        Assert.Equal((run, 2L), (cancelled.GetProperty("run_id").GetGuid(), cancelled.Number("seq")));
        Assert.Equal([("cancel", $"{run}", "ann", "a wrong extract")], await Database.ActionsAsync());
        Assert.Contains("OB019", await cli.RunAsync(1, "cancel", $"{run}", "--reason", "again", "--yes"), StringComparison.Ordinal);
        Assert.Contains("OB018", await cli.RunAsync(1, "cancel", $"{Guid.NewGuid()}", "--reason", "x", "--yes"), StringComparison.Ordinal);
        await using var silos = await TestSilos.StartAsync(Database);
        await Eventually.EqualsAsync("cancelled", () => Database.RunStateAsync(run), _within, "the sink comes to the run's end");
    }

    [Fact]
    public async Task Retry_applies_what_was_left_under_the_names_it_had_and_nothing_twice()
    {
        using var cli = new OperatorCli(Database);
        var (run, broken) = (Guid.NewGuid(), true);
        var sink = new RecordingSink
        {
            OnApply = (call, _) => broken && call.Batch.OriginIndex == 1
                ? throw new PermanentBatchException("It is broken.")
                : Task.CompletedTask,
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        for (var index = 0; index < 3; index++)
        {
            await Database.EnqueueAsync(1, "a", run, index, final: index == 2, syncType: "append");
        }

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run, RecordingSink.Name), _within, "the run fails");
        Assert.Contains("--yes", await cli.RunAsync(2, "retry", $"{run}"), StringComparison.Ordinal);
        broken = false;

        var retried = await cli.JsonAsync("retry", $"{run}", "--yes", "--reason", "mended");
        var made = retried.GetProperty("run_id").GetGuid();

        Assert.Equal(run, retried.GetProperty("origin_run_id").GetGuid());
        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(made, RecordingSink.Name), _within, "the retried run succeeds");
        Assert.Equal(
            [(run, 1), (run, 2)],
            sink.Applied.Where(c => c.Batch.RunId == made).Select(c => (c.Batch.OriginRunId, c.Batch.OriginIndex)));
        Assert.Contains($"retry of run {run}", await cli.RunAsync(0, "show", $"{made}"), StringComparison.Ordinal);
        Assert.Contains($"retried as {made}, succeeded", await cli.RunAsync(0, "show", $"{run}"), StringComparison.Ordinal);
        Assert.Contains($"retried as {made}, succeeded", await cli.RunAsync(0, "runs"), StringComparison.Ordinal);
        Assert.Empty((await cli.JsonAsync("runs", "--state", "failed")).EnumerateArray());
        Assert.Equal(0, (await cli.JsonAsync("status")).Number("failed_runs"));
        var twice = await cli.RunAsync(1, "retry", $"{run}", "--yes", "--force");
        Assert.Contains("OB045", twice, StringComparison.Ordinal);
        Assert.Contains($"as run {made}, which has succeeded", twice, StringComparison.Ordinal);
        Assert.Contains("OB023", await cli.RunAsync(1, "retry", $"{made}", "--yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skip_asks_each_active_sink_that_has_not_passed_the_batch_and_needs_a_reason()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("probe");
        await Database.AddSinkAsync("other");
        await Database.EnqueueAsync(1, "a", run, 0, final: true);

        Assert.Contains("--reason", await cli.RunAsync(2, "skip", $"{run}", "0", "--yes"), StringComparison.Ordinal);
        Assert.Contains(
            "0 or more", await cli.RunAsync(2, "skip", $"{run}", "--yes", "--reason", "x", "--", "-1"), StringComparison.Ordinal);
        Assert.Contains("--yes", await cli.RunAsync(2, "skip", $"{run}", "0", "--reason", "x"), StringComparison.Ordinal);
        Assert.Contains("OB025", await cli.RunAsync(1, "skip", $"{run}", "7", "--reason", "x", "--yes"), StringComparison.Ordinal);
        Assert.Contains(
            "OB026", await cli.RunAsync(1, "skip", $"{run}", "0", "--sink", "none", "--reason", "x", "--yes"), StringComparison.Ordinal);
        var one = await cli.JsonAsync("skip", $"{run}", "0", "--sink", "other", "--reason", "bad rows", "--yes");
        var rest = await cli.JsonAsync("skip", $"{run}", "0", "--reason", "bad rows", "--yes");

        Assert.Equal((1, 2), (one.Number("requests"), rest.Number("requests")));
        Assert.Equal(
            [("other", 1L, "bad rows"), ("probe", 1L, "bad rows")],
            await Database.RowsAsync(
                """
                SELECT s.name, q.seq, q.why FROM orleans_batch.operator_request AS q JOIN orleans_batch.sink AS s USING (sink_id)
                WHERE q.kind = 'skip' AND q.done_at IS NULL ORDER BY s.name
                """,
                r => (r.GetString(0), r.GetInt64(1), r.GetString(2))));
    }
}
