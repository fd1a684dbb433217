using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G1 to G4 hold when batches share a commit, and when their owner goes away in the middle of them.
public sealed class WindowTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Batches = 300;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task Quick_batches_of_an_idempotent_sink_are_committed_by_windows_and_counted_once()
    {
        var sink = new RecordingSink { IsIdempotent = true };
        await EnqueueAsync();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await SucceedsAsync(_run);

        Assert.Equal(Enumerable.Range(1, Batches).Select(s => (long)s), sink.Applied.Select(c => c.Batch.Seq));
        Assert.All(sink.Applied, c => Assert.Equal((1, c.Batch.Seq - 1), (c.Attempt, c.AppliedSeq)));
        var windows = await WindowsAsync("succeeded");
        Assert.Equal(windows.Skip(1).Select(w => w.From), windows.SkipLast(1).Select(w => w.To + 1));
        Assert.Contains(windows, w => w.To > w.From);
        Assert.All(windows, w => Assert.InRange(w.To - w.From, 0, 63));
        Assert.Equal(
            (Batches, Batches * 2L, 0L),
            (await Database.RowsAsync(
                "SELECT batches_applied, rows_applied, batches_failed FROM orleans_batch.run_status WHERE run_id = $1",
                r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), _run))[0]);
        Assert.Equal(0L, await Database.WakeupsAsync(_team));
    }

    [Fact]
    public async Task Batches_of_another_sink_are_committed_one_by_one()
    {
        var sink = new RecordingSink();
        await EnqueueAsync();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await SucceedsAsync(_run);

        Assert.All(await WindowsAsync("succeeded"), w => Assert.Equal(w.From, w.To));
    }

    [Fact]
    public async Task A_window_never_crosses_a_run_and_the_end_of_a_run_comes_before_the_next_run()
    {
        var sink = new RecordingSink { IsIdempotent = true };
        var next = Guid.NewGuid();
        await EnqueueAsync();
        await EnqueueAsync(next);
        sink.OnApply = (context, _) =>
        {
            Assert.True(context.Batch.RunId == _run || sink.Ended.Any(e => e.RunId == _run));
            return Task.CompletedTask;
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await SucceedsAsync(next);

        Assert.DoesNotContain(await WindowsAsync("succeeded"), w => w.From <= Batches && w.To > Batches);
        Assert.Equal([_run, next], sink.Ended.Select(e => e.RunId));
    }

    [Fact]
    public async Task A_batch_that_fails_in_a_window_counts_each_of_its_attempts_and_no_other_batch_is_applied_twice()
    {
        var sink = new RecordingSink { IsIdempotent = true };
        sink.OnApply = (context, _) => context.Batch.BatchIndex == 150 && context.Attempt < 3
            ? throw new InvalidOperationException($"Attempt {context.Attempt} was ordered to fail.")
            : Task.CompletedTask;
        await EnqueueAsync();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await SucceedsAsync(_run);

        Assert.Equal([1, 2, 3], sink.Applied.Where(c => c.Batch.BatchIndex == 150).Select(c => c.Attempt));
        Assert.Equal(Batches + 2, sink.Applied.Count);
        Assert.Equal(
            (long)Batches,
            await Database.ScalarAsync<long>("SELECT batches_applied FROM orleans_batch.run_status WHERE run_id = $1", _run));
    }

    [Fact]
    public async Task A_window_whose_owner_is_lost_is_applied_again_in_order_and_batch_by_batch()
    {
        var sink = new RecordingSink { IsIdempotent = true };
        var lost = new TaskCompletionSource();
        sink.OnApply = async (context, ct) =>
        {
            if (context.Batch.BatchIndex == 150 && lost.TrySetResult())
            {
                await Database.ExecuteAsync(
                    "SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner WHERE team_id = $1", _team);
                await context.EnsureOwnedAsync(ct);
            }
        };
        await EnqueueAsync();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await SucceedsAsync(_run);

        var loss = Assert.Single(await WindowsAsync("lost"));
        Assert.InRange(151, loss.From, loss.To);
        Assert.All(
            (await WindowsAsync("succeeded")).Where(w => w.From >= loss.From && w.From <= loss.To), w => Assert.Equal(w.From, w.To));
        var seqs = sink.Applied.Select(c => c.Batch.Seq).ToList();
        Assert.Equal(
            Enumerable.Range(1, 151).Concat(Enumerable.Range((int)loss.From, Batches - (int)loss.From + 1)).Select(s => (long)s), seqs);
        Assert.Equal(
            (long)Batches,
            await Database.ScalarAsync<long>("SELECT batches_applied FROM orleans_batch.run_status WHERE run_id = $1", _run));
    }

    [Fact]
    public async Task A_pause_is_obeyed_between_windows_and_nothing_is_lost_by_it()
    {
        var sink = new RecordingSink { IsIdempotent = true };
        sink.OnApply = (context, _) => context.Batch.BatchIndex == 100
            ? Database.ExecuteAsync("SELECT orleans_batch.pause(team_id => $1)", _team)
            : Task.CompletedTask;
        await EnqueueAsync();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await Eventually.EqualsAsync(
            "paused", () => Database.ScalarAsync<string>("SELECT max(reason) FROM orleans_batch.parked WHERE team_id = $1", _team), _soon,
            "the group is parked");
        Assert.InRange(sink.Applied.Count, 101, Batches - 1);
        await Database.ExecuteAsync("SELECT orleans_batch.resume(team_id => $1)", _team);

        await SucceedsAsync(_run);
        Assert.Equal(Batches, sink.Applied.Count);
    }

    private async Task EnqueueAsync(Guid? run = null)
    {
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue_many((
              SELECT jsonb_agg(jsonb_build_object(
                'team_id', $1::bigint, 'schema_id', 's', 'run_id', $2::uuid, 'batch_index', i, 'path', '/x',
                'row_count', 2, 'is_final', i = $3 - 1) ORDER BY i)
              FROM generate_series(0, $3::int - 1) AS i))
            """,
            _team, run ?? _run, Batches);
    }

    private Task SucceedsAsync(Guid run) =>
        Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");

    private Task<List<(long From, long To)>> WindowsAsync(string outcome) => Database.RowsAsync(
        """
        SELECT a.from_seq, a.to_seq FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 AND a.outcome = $2 ORDER BY a.from_seq
        """,
        r => (r.GetInt64(0), r.GetInt64(1)), _team, outcome);
}
