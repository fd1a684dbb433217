using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Producer;
using OrleansBatch.Producer.Runs;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Producing;

public sealed class RunWriterTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_batch_that_carries_data_ends_the_run()
    {
        await using var writer = Write();

        List<long> entries = [];
        foreach (var path in new[] { "a", "b", "c" })
        {
            Assert.Equal(entries.Count, await writer.WriteAsync(path, rowCount: 10, cancellationToken: Ct));
            entries.Add(await database.EntriesAsync(_team));
        }

        Assert.Equal(3, await writer.CompleteAsync(Ct));
        Assert.Equal([0, 1, 2], entries);
        Assert.Equal(["0 a 10", "1 b 10", "2 c 10 final"], await LogAsync(writer));
        Assert.Equal("sealed", await StateAsync(writer));
    }

    [Fact]
    public async Task A_run_of_one_batch_is_one_entry()
    {
        await using var writer = Write();
        await writer.WriteAsync("a", cancellationToken: Ct);

        Assert.Equal(1, await writer.CompleteAsync(Ct));
        Assert.Equal(["0 a final"], await LogAsync(writer));
    }

    [Fact]
    public async Task A_batch_that_was_released_leaves_the_end_to_an_entry_of_its_own()
    {
        await using var writer = Write();
        Assert.False(await writer.ReleaseAsync(Ct));
        await writer.WriteAsync("a", cancellationToken: Ct);

        Assert.True(await writer.ReleaseAsync(Ct));
        Assert.False(await writer.ReleaseAsync(Ct));
        Assert.Equal(2, await writer.CompleteAsync(Ct));

        Assert.Equal(["0 a", "sealed final"], await LogAsync(writer));
    }

    [Fact]
    public async Task A_run_without_any_batch_is_sealed_too_and_says_what_it_is()
    {
        await using var writer = Write(
            r => r with { SyncType = SyncType.FullRefresh, Supersede = Supersede.Never, OnFailure = OnFailure.Block });

        Assert.Equal(1, await writer.CompleteAsync(Ct));

        Assert.Equal(["sealed final"], await LogAsync(writer));
        Assert.Equal("full_refresh block", await database.ScalarAsync<string>(
            "SELECT sync_type || ' ' || on_failure FROM orleans_batch.run WHERE run_id = $1", writer.RunId));
    }

    [Fact]
    public async Task A_producer_that_starts_again_goes_on_where_it_was()
    {
        var run = Guid.NewGuid();
        await using (var first = Write(r => r with { RunId = run }))
        {
            await first.WriteAsync("a", cancellationToken: Ct);
            await first.WriteAsync("b", cancellationToken: Ct);
        }

        await using var second = Write(r => r with { RunId = run });
        await second.WriteAsync("a", cancellationToken: Ct);
        await second.WriteAsync("b", cancellationToken: Ct);
        Assert.Equal(2, await second.CompleteAsync(Ct));

        Assert.Equal(["0 a", "1 b final"], await LogAsync(second));
    }

    [Fact]
    public async Task A_call_that_throws_has_taken_nothing_and_can_be_repeated()
    {
        await using var writer = Write();
        await writer.WriteAsync("a", metadata: "[]", cancellationToken: Ct);

        await Assert.ThrowsAsync<EnqueueRefusedException>(() => writer.WriteAsync("b", cancellationToken: Ct));
        await Assert.ThrowsAsync<EnqueueRefusedException>(() => writer.CompleteAsync(Ct));
        Assert.Equal(0, await database.EntriesAsync(_team));
    }

    [Fact]
    public async Task A_completed_writer_takes_nothing_more_and_may_be_disposed_twice()
    {
        var writer = Write();
        await writer.WriteAsync("a", cancellationToken: Ct);
        await writer.CompleteAsync(Ct);

        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync("b", cancellationToken: Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync(Ct));
        await writer.DisposeAsync();
        await writer.DisposeAsync();
    }

    [Fact]
    public async Task A_writer_that_waits_says_that_its_run_is_alive_until_the_run_has_ended()
    {
        var time = new FakeTimeProvider();
        await using var writer = Write(r => r with { AlivePeriod = TimeSpan.FromMinutes(10) }, time);
        await writer.WriteAsync("a", cancellationToken: Ct);
        await writer.ReleaseAsync(Ct);
        await database.ExecuteAsync("UPDATE orleans_batch.run SET alive_at = '2020-01-01' WHERE run_id = $1", writer.RunId);

        await Eventually.UntilAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromMinutes(10));
                return await database.ScalarAsync<bool>(
                    "SELECT alive_at > '2021-01-01' FROM orleans_batch.run WHERE run_id = $1", writer.RunId);
            },
            _soon,
            "the run shows life");
        Assert.False(writer.RunEnded.IsCancellationRequested);
        await database.AddSinkAsync("probe");
        await database.ExecuteAsync("SELECT orleans_batch.cancel_run($1)", writer.RunId);

        await Eventually.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(10));
                return Task.FromResult(writer.RunEnded.IsCancellationRequested);
            },
            _soon,
            "the writer hears that the run has ended");
    }

    private RunWriter Write(Func<RunDescription, RunDescription>? change = null, TimeProvider? time = null)
    {
        var run = new RunDescription { TeamId = _team, SchemaId = "orders" };
        var options = new BatchProducerOptions { TimeProvider = time ?? TimeProvider.System };
        return new BatchProducer(database.Source, options).WriteRun(change?.Invoke(run) ?? run);
    }

    private Task<List<string>> LogAsync(RunWriter writer) => database.RowsAsync(
        """
        SELECT concat_ws(' ', batch_index, CASE WHEN kind = 'batch' THEN path ELSE kind END, row_count, CASE WHEN is_final THEN 'final' END)
        FROM orleans_batch.log_entry WHERE run_id = $1 ORDER BY seq
        """,
        r => r.GetString(0), writer.RunId);

    private Task<string?> StateAsync(RunWriter writer) =>
        database.ScalarAsync<string>("SELECT state FROM orleans_batch.run WHERE run_id = $1", writer.RunId);
}
