using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A run knows its retry, is mended by it, and is not retried twice. The retry is sealed as the run was, or on somebody's word.
public sealed class RetriedRunTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private short _probe;

    public async ValueTask InitializeAsync() => _probe = await database.AddSinkAsync("probe");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A part of a full_refresh must not replace a table because its producer died.
    [Theory]
    [InlineData("append", "sealed", null, "sealed")]
    [InlineData("append", "open", null, "open")]
    [InlineData("append", "open", true, "sealed")]
    [InlineData("append", "sealed", false, "open")]
    [InlineData("append", "cancelled", null, "sealed")]
    [InlineData("full_refresh", "sealed", null, "sealed")]
    [InlineData("full_refresh", "open", null, "open")]
    [InlineData("full_refresh", "open", true, "sealed")]
    [InlineData("full_refresh", "cancelled", null, "open")]
    [InlineData("full_refresh", "sealed, then cancelled", null, "sealed")]
    public async Task A_retry_is_what_the_run_was_unless_the_caller_says_otherwise(string syncType, string was, bool? seal, string becomes)
    {
        await database.EnqueueAsync(_team, "orders", _run, 0, syncType: syncType);
        await database.EnqueueAsync(
            _team, "orders", _run, 1, final: was.StartsWith("sealed", StringComparison.Ordinal), syncType: syncType);
        if (was.EndsWith("cancelled", StringComparison.Ordinal))
        {
            await database.ExecuteAsync("SELECT orleans_batch.cancel_run($1)", _run);
        }

        await FailAsync(_run);

        Assert.Equal(becomes, await database.StateOfRunAsync(await RetryAsync(_run, seal)));
    }

    [Fact]
    public async Task A_run_that_its_retry_mended_says_so()
    {
        await EnqueueAndFailAsync();
        Assert.Equal((null, null, false), await StatusAsync(_run));

        var retry = await RetryAsync(_run);
        Assert.Equal((retry, "waiting", false), await StatusAsync(_run));
        await database.EndAsync(retry, _probe, "running");
        Assert.Equal((retry, "running", false), await StatusAsync(_run));
        await database.ExecuteAsync(
            "UPDATE orleans_batch.sink_run SET state = 'succeeded', finished_at = clock_timestamp() WHERE run_id = $1", retry);

        Assert.Equal((retry, "succeeded", true), await StatusAsync(_run));
        Assert.Equal((null, null, false), await StatusAsync(retry));
    }

    [Theory]
    [InlineData("succeeded", "has succeeded", "Nothing of it is left to retry.")]
    [InlineData("failed", "has failed", "Retry that run.")]
    [InlineData("cancelled", "was cancelled", "Retry that run.")]
    [InlineData("running", "has not ended yet", "Wait for that run")]
    public async Task A_run_that_was_retried_is_refused_with_its_retry_and_what_became_of_it(string state, string says, string hint)
    {
        await EnqueueAndFailAsync();
        var retry = await RetryAsync(_run);
        await database.EndAsync(retry, _probe, state);

        var refused = await database.RefusesAsync(
            _team, "OB045", $"was retried already, as run {retry}, which {says}", () => RetryAsync(_run));

        Assert.StartsWith(hint, refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Force_does_not_retry_a_run_twice()
    {
        await EnqueueAndFailAsync();
        await RetryAsync(_run);

        await database.RefusesAsync(
            _team, "OB045", "was retried already", () => database.ExecuteAsync("SELECT orleans_batch.retry_run($1, force => true)", _run));
    }

    [Fact]
    public async Task The_first_run_knows_the_retry_of_its_retry()
    {
        await EnqueueAndFailAsync();
        var second = await RetryAsync(_run);
        await FailAsync(second);
        var third = await RetryAsync(second);
        await database.EndAsync(third, _probe, "succeeded", applied: 1);

        Assert.Equal((third, "succeeded", true), await StatusAsync(_run));
        Assert.Equal((third, "succeeded", true), await StatusAsync(second));
    }

    // An open run that failed in one sink may get batches as long as another sink takes them.
    [Fact]
    public async Task What_a_run_got_after_its_retry_is_retried_alone()
    {
        var other = await database.AddSinkAsync($"other-{_team}");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await FailAsync(_run);
        await RetryAsync(_run);
        var later = await database.EnqueueAsync(_team, "orders", _run, 1);
        await database.PassAsync(_team, "orders", _probe, later + 1);
        await database.ExceptAsync(_run, 1, _probe, "skipped");

        var rest = await RetryAsync(_run);

        await database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'disabled' WHERE sink_id = $1", other);
        Assert.Equal([1], await database.RowsAsync(
            "SELECT batch_index FROM orleans_batch.log_entry WHERE run_id = $1 AND kind = 'batch'", r => r.GetInt32(0), rest));
    }

    [Fact]
    public async Task An_operator_who_seals_a_run_is_on_record_and_a_producer_is_not()
    {
        var other = Guid.NewGuid();
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.EnqueueAsync(_team, "orders", other, 0);

        await database.ExecuteAsync("SELECT orleans_batch.seal_run($1, who => 'ann', why => 'it is all there')", _run);
        await database.ExecuteAsync("SELECT orleans_batch.seal_run($1, who => 'ann', why => 'again')", _run);
        await database.ExecuteAsync("SELECT orleans_batch.seal_run($1)", other);

        Assert.Equal("sealed", await database.StateOfRunAsync(_run));
        Assert.Equal(["seal, ann, it is all there"], await database.ActionsAsync(_run.ToString()));
        Assert.Empty(await database.ActionsAsync(other.ToString()));
    }

    private async Task EnqueueAndFailAsync()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0, final: true);
        await FailAsync(_run);
    }

    private async Task FailAsync(Guid run)
    {
        var tail = await database.ScalarAsync<long>("SELECT tail_seq FROM orleans_batch.batch_group WHERE team_id = $1", _team);
        await database.PassAsync(_team, "orders", _probe, tail + 1);
        await database.EndAsync(run, _probe, "failed");
        await database.ExceptAsync(run, 0, _probe, "failed");
    }

    private Task<Guid> RetryAsync(Guid run, bool? seal = null) =>
        database.ScalarAsync<Guid>("SELECT orleans_batch.retry_run($1, seal => $2::boolean)", run, seal);

    private async Task<(Guid? RetriedAs, string? RetryState, bool IsMended)> StatusAsync(Guid run) =>
        Assert.Single(await database.RowsAsync(
            "SELECT retried_as, retry_state, is_mended FROM orleans_batch.run_status WHERE run_id = $1 AND sink = 'probe'",
            r => (r.IsDBNull(0) ? (Guid?)null : r.GetGuid(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetBoolean(2)),
            run));
}
