using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.SlowDatabase;

// The server cancels an owner's statements, because somebody else has locked the cursors. Session and advisory lock live on.
public sealed class LockedCursorsTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Groups = 6;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // The first lock outlasts several beats of every owner. So many locks would use up MaxLosses.
    [Fact]
    public async Task Locks_on_all_cursors_cost_no_running_batch_anything()
    {
        var (first, others) = (new TaskCompletionSource(), new TaskCompletionSource());
        var sink = new RecordingSink
        {
            OnApply = (context, ct) => (context.Batch.Group.SchemaId == "s0" ? first : others).Task.WaitAsync(ct),
        };
        await using var silos = await StartAsync(sink);
        var runs = await EnqueueAsync(sink);

        foreach (var seconds in new[] { 4.5, 1.3, 1.3, 1.3, 1.3 })
        {
            await using (var holder = await LockCursorsAsync())
            {
                // One batch ends meanwhile, and has to wait for its commit.
                first.TrySetResult();
                await holder.ExecuteAsync("SELECT pg_sleep($1)", seconds);
            }

            await BeatenAsync();
        }

        others.SetResult();
        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        }

        Assert.Equal(Groups, sink.Applied.Count);
        Assert.Equal([("succeeded", 1, Groups)], await HistoryAsync());
        Assert.Empty(silos.Log.Of(100, 101));
    }

    [Fact]
    public async Task A_sinks_question_that_the_server_cancels_is_asked_again()
    {
        var sink = new RecordingSink();
        sink.OnApply = async (context, ct) =>
        {
            var owner = await OwnerAsync();
            Task asked;
            await using (await StagedSession.HoldCursorAsync(Database, _team))
            {
                asked = context.EnsureOwnedAsync(ct);
                await StagedSession.WaitsForALockAsync(Database, owner);
                await Database.ExecuteAsync("SELECT pg_cancel_backend($1)", owner);
            }

            await asked;
        };

        // No beat comes before the question.
        await using var silos = await StartAsync(sink, beat: TimeSpan.FromSeconds(3));
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(_team, "s", run, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Single(sink.Applied);
        Assert.Equal([("succeeded", 1, 1)], await HistoryAsync());
    }

    // The owner's backend stands still in a beat. The answer comes after the deadline, when the owner has cancelled its batch.
    [Fact]
    public async Task An_owner_that_hears_from_its_session_after_its_deadline_gives_the_group_back_without_a_loss()
    {
        var (run, sink) = (Guid.NewGuid(), RecordingSink.HangingOnce(out var cancelled));
        await using var silos = await StartAsync(sink, lifetime: TimeSpan.FromSeconds(4.5));
        await Database.EnqueueAsync(_team, "s", run, 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");
        var owner = await OwnerAsync();

        await using (await StagedSession.HoldCursorAsync(Database, _team))
        {
            await StagedSession.WaitsForALockAsync(Database, owner);
            await SignalAsync("STOP", owner);
            try
            {
                await cancelled.WaitAsync(_soon, Ct);
            }
            finally
            {
                await SignalAsync("CONT", owner);
            }
        }

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal([1, 1], sink.Applied.Select(b => b.Attempt));
        Assert.Equal([("succeeded", 1, 1)], await HistoryAsync());
    }

    private Task<int> OwnerAsync() =>
        Database.ScalarAsync<int>("SELECT backend_pid FROM orleans_batch.lock_owner WHERE team_id = $1", _team);

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Ct);
    }

    private Task<TestSilos> StartAsync(RecordingSink sink, TimeSpan? lifetime = null, TimeSpan? beat = null) => TestSilos.StartAsync(
        Database, sink: sink, configure: o =>
        {
            o.LockLifetime = lifetime ?? o.LockLifetime;
            o.HeartbeatPeriod = beat ?? TimeSpan.FromMilliseconds(200);
        });

    private async Task<List<Guid>> EnqueueAsync(RecordingSink sink)
    {
        var runs = Enumerable.Range(0, Groups).Select(_ => Guid.NewGuid()).ToList();
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            await Database.EnqueueAsync(_team, $"s{group}", run, 0, final: true);
        }

        await Eventually.EqualsAsync(Groups, () => Task.FromResult(sink.Applied.Count), _soon, "all groups work");
        return runs;
    }

    // The lock that an index being built takes: it lets readers pass, and no writer.
    private async Task<StagedSession> LockCursorsAsync()
    {
        var holder = await StagedSession.BeginAsync(Database);
        await holder.ExecuteAsync("LOCK TABLE orleans_batch.sink_cursor IN SHARE MODE");
        return holder;
    }

    private async Task BeatenAsync()
    {
        var now = await Database.ScalarAsync<DateTime>("SELECT clock_timestamp()");
        await Eventually.EqualsAsync(
            Groups - 1L,
            () => Database.ScalarAsync<long>(
                "SELECT count(*) FROM orleans_batch.lock_owner WHERE team_id = $1 AND heartbeat_at > $2", _team, now),
            _soon,
            "every owner has beaten again");
    }

    private Task<List<(string, int, int)>> HistoryAsync() => Database.RowsAsync(
        "SELECT outcome, attempt, count(*)::int FROM orleans_batch.batch_attempt GROUP BY 1, 2 ORDER BY 1, 2",
        r => (r.GetString(0), r.GetInt32(1), r.GetInt32(2)));
}
