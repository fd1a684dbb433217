using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// Unapplied batches come again as a new run that keeps each batch's origin.
public sealed class RetryRunTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private readonly Guid _again = Guid.NewGuid();
    private short _probe;

    public async ValueTask InitializeAsync() => _probe = await database.AddSinkAsync("probe");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_failed_and_was_skipped_is_appended_once_more_under_its_origin()
    {
        await FailAtAsync(1, batches: 3);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);

        Assert.Equal(_again, await RetryAsync());

        Assert.Equal(
            [$"4 batch 1 b1 {_run} 1", $"5 batch 2 b2 {_run} 2", "6 sealed"],
            await database.RowsAsync(
                """
                SELECT concat_ws(' ', seq, kind, batch_index, path, origin_run_id, origin_index)
                FROM orleans_batch.log_entry WHERE run_id = $1 ORDER BY seq
                """,
                r => r.GetString(0), _again));
        Assert.Equal($"sealed append 2 2 {_run} continue", await database.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', state, sync_type, last_index, batch_count, origin_run_id, on_failure)
            FROM orleans_batch.run WHERE run_id = $1
            """,
            _again));
        Assert.Equal(3, await database.WakeupsAsync(_team));
        Assert.Equal(["retry, ann, mended"], await database.ActionsAsync(_run.ToString()));
    }

    [Fact]
    public async Task Repeated_call_with_the_same_new_id_changes_nothing()
    {
        await FailAtAsync(1, batches: 3);
        await RetryAsync();
        var before = await database.StateOfAsync(_team);

        Assert.Equal(_again, await RetryAsync());

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    // The group is blocked at the failed batch, and the batches behind it will be skipped.
    [Fact]
    public async Task What_the_sink_has_yet_to_skip_is_unfinished_too()
    {
        await EnqueueAsync(batches: 4);
        await database.PassAsync(_team, "orders", _probe, 3);
        await database.EndAsync(_run, _probe, "failed", applied: 1);
        await database.ExceptAsync(_run, 1, _probe, "failed");

        await RetryAsync();

        Assert.Equal([1, 2, 3], await IndexesAsync(_again));
    }

    [Fact]
    public async Task What_an_operator_skipped_stays_skipped()
    {
        await FailAtAsync(1, batches: 3);
        await database.ExecuteAsync("UPDATE orleans_batch.batch_exception SET by_operator = true WHERE seq = 3");

        await RetryAsync();

        Assert.Equal([1], await IndexesAsync(_again));
    }

    [Fact]
    public async Task Retry_of_a_retry_keeps_the_first_origin()
    {
        await FailAtAsync(1, batches: 2);
        await RetryAsync();
        await database.PassAsync(_team, "orders", _probe, 5);
        await database.EndAsync(_again, _probe, "failed");
        await database.ExceptAsync(_again, 1, _probe, "failed");

        var third = await database.ScalarAsync<Guid>("SELECT orleans_batch.retry_run($1)", _again);

        Assert.Equal($"{_run} {_run} 1", await database.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', r.origin_run_id, e.origin_run_id, e.origin_index)
            FROM orleans_batch.run AS r JOIN orleans_batch.log_entry AS e USING (run_id) WHERE run_id = $1 AND e.kind = 'batch'
            """,
            third));
    }

    // The staged rows of the full refresh are gone.
    [Fact]
    public async Task Full_refresh_is_retried_as_a_whole()
    {
        await FailAtAsync(1, batches: 3, syncType: "full_refresh");

        await RetryAsync();

        Assert.Equal([0, 1, 2], await IndexesAsync(_again));
    }

    [Fact]
    public async Task Retry_of_an_open_run_is_open()
    {
        await EnqueueAsync(batches: 2, final: false);
        await database.PassAsync(_team, "orders", _probe, 3);
        await database.EndAsync(_run, _probe, "failed");
        await database.ExceptAsync(_run, 1, _probe, "failed");

        await RetryAsync();

        Assert.Equal("open", await database.StateOfRunAsync(_again));
        Assert.Equal(4, await database.EnqueueAsync(_team, "orders", _again, 2));
    }

    [Fact]
    public async Task Later_run_that_was_applied_refuses_the_retry_unless_it_is_forced()
    {
        await FailAtAsync(1, batches: 2);
        var later = Guid.NewGuid();
        await database.EnqueueAsync(_team, "orders", later, 0, final: true);
        await database.EndAsync(later, _probe, "succeeded", applied: 1);

        await database.RefusesAsync(_team, "OB024", $"Run {later} of the same group is later", () => RetryAsync());

        Assert.Equal(_again, await RetryAsync(force: true));
    }

    [Fact]
    public async Task Run_that_ended_nowhere_is_refused()
    {
        await EnqueueAsync(batches: 2);
        await database.EndAsync(_run, _probe, "running");

        await database.RefusesAsync(_team, "OB022", "has not ended in any sink", () => RetryAsync());
    }

    [Theory]
    [InlineData("append")]
    [InlineData("full_refresh")]
    public async Task Run_of_which_all_was_applied_is_refused(string syncType)
    {
        await EnqueueAsync(batches: 2, syncType: syncType);
        await database.PassAsync(_team, "orders", _probe, 3);
        await database.EndAsync(_run, _probe, "succeeded", applied: 2);

        await database.RefusesAsync(_team, "OB023", "Nothing of run", () => RetryAsync());
    }

    [Fact]
    public async Task Run_with_batches_that_are_no_longer_retained_is_refused()
    {
        await FailAtAsync(1, batches: 3);
        await database.ExecuteAsync("DELETE FROM orleans_batch.log_entry WHERE run_id = $1 AND batch_index = 0", _run);

        await database.RefusesAsync(_team, "OB031", "no longer retained", () => RetryAsync());
    }

    [Fact]
    public async Task Unknown_run_and_a_new_id_that_is_taken_are_refused()
    {
        await FailAtAsync(1, batches: 2);
        await database.EnqueueAsync(_team, "invoices", _again, 0);

        await database.RefusesAsync(_team, "OB021", $"can't have the id {_again}", () => RetryAsync());
        await database.RefusesAsync(
            _team, "OB018", "is unknown", () => database.ExecuteAsync("SELECT orleans_batch.retry_run($1)", Guid.NewGuid()));
    }

    private async Task FailAtAsync(int index, int batches, string syncType = "append")
    {
        await EnqueueAsync(batches, syncType);
        await database.PassAsync(_team, "orders", _probe, batches + 1);
        await database.EndAsync(_run, _probe, "failed", applied: index);
        await database.ExceptAsync(_run, index, _probe, "failed");
        for (var behind = index + 1; behind < batches; behind++)
        {
            await database.ExceptAsync(_run, behind, _probe, "skipped");
        }
    }

    private async Task EnqueueAsync(int batches, string syncType = "append", bool final = true)
    {
        for (var index = 0; index < batches; index++)
        {
            await database.EnqueueAsync(
                _team, "orders", _run, index, $"b{index}", final && index == batches - 1, syncType: syncType);
        }
    }

    private Task<Guid> RetryAsync(bool force = false) => database.ScalarAsync<Guid>(
        "SELECT orleans_batch.retry_run($1, force => $2, new_run_id => $3, who => 'ann', why => 'mended')", _run, force, _again);

    private Task<List<int>> IndexesAsync(Guid run) => database.RowsAsync(
        "SELECT batch_index FROM orleans_batch.log_entry WHERE run_id = $1 AND kind = 'batch' ORDER BY seq", r => r.GetInt32(0), run);
}
