using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A slow batch of an idempotent sink is committed while the next one, which is already claimed, is applied.
public sealed class SlowBatchTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Batches = 8;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(40);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task The_next_batch_starts_before_the_one_before_is_committed()
    {
        var startedEarly = new TaskCompletionSource();
        await RunAsync(async sink =>
        {
            if (sink.Applied.Count == 4)
            {
                var staged = await HoldCursorAsync(applied: 3);
                _ = startedEarly.Task.ContinueWith(_ => staged.DisposeAsync().AsTask(), TaskScheduler.Default);
            }
            else if (sink.Applied.Count == 5)
            {
                // The cursor is locked, so batch 4 can't be committed before this one has started.
                startedEarly.SetResult();
            }
        });

        Assert.True(startedEarly.Task.IsCompletedSuccessfully);
        await AppliedOnceAsync();
    }

    [Fact]
    public async Task A_pause_that_comes_between_keeps_what_was_begun_and_nothing_more()
    {
        var sink = await RunAsync(
            s => s.Applied.Count == 4 ? Database.PauseAsync(_team) : Task.CompletedTask,
            async () =>
            {
                await Eventually.EqualsAsync(
                    "paused", () => Database.ScalarAsync<string>("SELECT max(reason) FROM orleans_batch.parked WHERE team_id = $1", _team),
                    _soon, "the group is parked");
                await Database.ExecuteAsync("SELECT orleans_batch.resume(team_id => $1)", _team);
            });

        Assert.Equal(Batches, sink.Applied.Count);
        await AppliedOnceAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_fails_while_the_one_before_is_committed_counts_its_attempt_and_is_tried_again(bool pausedMeanwhile)
    {
        var sink = await RunAsync(
            async s =>
            {
                if (pausedMeanwhile && s.Applied.Count == 4)
                {
                    // The fifth batch is claimed by then.
                    await CommittedAsync(applied: 3);
                    await Database.PauseAsync(_team);
                }
                else if (s.Applied.Count == 5)
                {
                    throw new InvalidOperationException("Ordered to fail.");
                }
            },
            async () =>
            {
                await Eventually.EqualsAsync(1, () => AttemptsAsync("retry"), _soon, "the failure is on record");
                await Database.ExecuteAsync("SELECT orleans_batch.resume(team_id => $1)", _team);
            });

        Assert.Equal([1, 2, 3, 4, 5, 5, 6, 7, 8], sink.Applied.Select(c => (int)c.Batch.Seq));
        Assert.Equal([1, 2], sink.Applied.Where(c => c.Batch.Seq == 5).Select(c => c.Attempt));
        await AppliedOnceAsync();
    }

    [Fact]
    public async Task A_session_that_is_lost_in_between_brings_back_the_two_and_no_more()
    {
        var sink = await RunAsync(async s =>
        {
            if (s.Applied.Count == 4)
            {
                var staged = await HoldCursorAsync(applied: 3);
                _ = EndOwnerAsync(staged);
            }
        });

        Assert.Equal([1, 2, 3, 4, 5, 4, 5, 6, 7, 8], sink.Applied.Select(c => (int)c.Batch.Seq));
        await AppliedOnceAsync();

        async Task EndOwnerAsync(StagedSession staged)
        {
            await using (staged)
            {
                await Eventually.UntilAsync(
                    () => Database.ScalarAsync<bool>(
                        """
                        SELECT count(*) > 0 FROM pg_stat_activity AS a JOIN orleans_batch.lock_owner AS o ON o.backend_pid = a.pid
                        WHERE o.team_id = $1 AND a.wait_event_type = 'Lock'
                        """,
                        _team),
                    _soon, "the advance waits");
                await Database.ExecuteAsync(
                    "SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner WHERE team_id = $1", _team);
            }
        }
    }

    private async Task<RecordingSink> RunAsync(Func<RecordingSink, Task> onApply, Func<Task>? meanwhile = null)
    {
        var sink = new RecordingSink { IsIdempotent = true };
        sink.OnApply = async (_, ct) =>
        {
            await onApply(sink);
            await Task.Delay(_slow, ct);
        };
        await Database.AddSinkAsync(RecordingSink.Name);
        for (var i = 0; i < Batches; i++)
        {
            await Database.EnqueueAsync(_team, "s", _run, i, final: i == Batches - 1);
        }

        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run succeeds");
        return sink;
    }

    private async Task AppliedOnceAsync()
    {
        Assert.Equal(
            (long)Batches,
            await Database.ScalarAsync<long>("SELECT batches_applied FROM orleans_batch.run_status WHERE run_id = $1", _run));
        Assert.Equal(Batches, await AttemptsAsync("succeeded"));
        Assert.Equal(0L, await Database.WakeupsAsync(_team));
    }

    private Task<int> AttemptsAsync(string outcome) => Database.ScalarAsync<int>(
        """
        SELECT count(*)::int FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 AND a.outcome = $2
        """,
        _team, outcome);

    // The cursor is locked once the batch before the one under way is committed.
    private async Task<StagedSession> HoldCursorAsync(long applied)
    {
        await CommittedAsync(applied);
        return await StagedSession.HoldCursorAsync(Database, _team);
    }

    private Task CommittedAsync(long applied) => Eventually.EqualsAsync(
        applied,
        () => Database.ScalarAsync<long>(
            "SELECT max(applied_seq) FROM orleans_batch.sink_cursor JOIN orleans_batch.batch_group USING (group_id) WHERE team_id = $1",
            _team),
        _soon, "the batch before is committed");
}
