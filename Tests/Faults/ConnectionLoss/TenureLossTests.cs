using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// A group's session is lost in each statement of its tenure. A lock on a needed row holds the statement, so that the test sees it there.
public sealed class TenureLossTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task A_loss_at_activation_counts_nothing_and_the_group_starts_anew()
    {
        await using var silo = await StartedOnceAsync();
        await using (var staged = await HoldCursorAsync())
        {
            await Database.EnqueueAsync(_team, "s", _run, 1, final: true);
            await silo.EndWhoWaitsInAsync("own");
            await staged.RollbackAsync();
        }

        await silo.AssertOnceAsync(_team, _run, losses: 0);
        Assert.Equal(2, silo.AppliedTo(_team).Count());
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("claim")]
    public async Task A_loss_at_the_window_fetch_counts_nothing_and_the_window_is_fetched_again(string statement)
    {
        await using var silo = await StartedOnceAsync();
        await using (var outcomes = await StagedSession.BeginAsync(Database))
        await using (var cursor = await HoldCursorAsync())
        {
            await Database.EnqueueAsync(_team, "s", _run, 1, final: true);
            await silo.PortOfWhoWaitsInAsync("own");
            await outcomes.ExecuteAsync("LOCK TABLE orleans_batch.sink_run IN ACCESS EXCLUSIVE MODE");
            await cursor.RollbackAsync();
            if (statement == "claim")
            {
                await silo.PortOfWhoWaitsInAsync("fetch");
                await cursor.BeginAsync();
                await LockCursorAsync(cursor);
                await outcomes.RollbackAsync();
            }

            await silo.EndWhoWaitsInAsync(statement);
        }

        await silo.AssertOnceAsync(_team, _run, losses: 0);
        Assert.Equal(2, silo.AppliedTo(_team).Count());
    }

    [Fact]
    public async Task A_loss_at_a_heartbeat_cancels_the_sink_and_the_batch_is_applied_again()
    {
        await using var silo = await LossySilo.StartAsync(Database);
        var cancelled = new TaskCompletionSource();
        silo.Order(_team, async (context, ct) =>
        {
            if (silo.AppliedTo(_team).Count() == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ContinueWith(_ => cancelled.SetResult(), TaskScheduler.Default);
                ct.ThrowIfCancellationRequested();
            }
        });
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(silo.AppliedTo(_team).Count()), _soon, "the batch is taken up");
        await using (var staged = await HoldCursorAsync())
        {
            await silo.EndWhoWaitsInAsync("beat");
            await cancelled.Task.WaitAsync(_soon, TestContext.Current.CancellationToken);
        }

        await silo.AssertOnceAsync(_team, _run, losses: 1);
        AssertTokensRise(silo);
    }

    [Fact]
    public async Task A_loss_before_the_advance_commits_has_the_batch_applied_again()
    {
        var ends = 0;
        await InDetailAsync();
        await using var silo = await LossySilo.StartAsync(Database, LongHeartbeat);
        silo.Order(_team, async (_, _) =>
        {
            if (silo.AppliedTo(_team).Count() == 1)
            {
                var staged = await HoldCursorAsync();
                _ = EndAsync(staged);
            }
        });
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await Eventually.EqualsAsync(1, () => Task.FromResult(ends), _soon, "the advance was hit");
        await silo.AssertOnceAsync(_team, _run, losses: 1);
        AssertTokensRise(silo);

        async Task EndAsync(StagedSession staged)
        {
            await using (staged)
            {
                await silo.EndWhoWaitsInAsync("advance");
                ends++;
            }
        }
    }

    [Fact]
    public async Task A_loss_after_the_advance_committed_does_not_apply_the_batch_again()
    {
        await InDetailAsync();
        await using var silo = await LossySilo.StartAsync(Database, LongHeartbeat);
        silo.Order(_team, async (_, _) => _ = LoseTheAnswerAsync(await HoldCursorAsync()));
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await silo.AssertOnceAsync(_team, _run, losses: 0);
        Assert.Single(silo.AppliedTo(_team));
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), _soon, "the next owner finds nothing left");

        async Task LoseTheAnswerAsync(StagedSession staged)
        {
            await using (staged)
            {
                var port = await silo.PortOfWhoWaitsInAsync("advance");
                silo.Proxy.Freeze(port);
                await staged.RollbackAsync();
                await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "it is committed");
                silo.Proxy.Close(port);
            }
        }
    }

    [Theory]
    [InlineData("drop_drained_wakeups", false)]
    [InlineData("leave", false)]
    [InlineData("leave", true)]
    public async Task A_loss_at_the_release_gives_the_lock_back_and_the_group_works_on(string statement, bool afterItsCommit)
    {
        await using var silo = await StartedOnceAsync();
        await using (var wakeups = await StagedSession.OpenAsync(Database))
        await using (var cursor = await StagedSession.OpenAsync(Database))
        {
            silo.Order(_team, async (_, _) =>
            {
                if (silo.AppliedTo(_team).Count() == 2)
                {
                    await wakeups.BeginAsync();
                    await wakeups.ExecuteAsync("SELECT FROM orleans_batch.wakeup WHERE team_id = $1 FOR UPDATE", _team);
                }
            });
            await Database.EnqueueAsync(_team, "s", _run, 1);
            if (statement == "leave")
            {
                await silo.PortOfWhoWaitsInAsync("drop_drained_wakeups");
                await cursor.BeginAsync();
                await LockCursorAsync(cursor);
                await wakeups.RollbackAsync();
            }

            if (afterItsCommit)
            {
                var port = await silo.PortOfWhoWaitsInAsync(statement);
                silo.Proxy.Freeze(port);
                await cursor.RollbackAsync();
                await Eventually.EqualsAsync(null, OwnerAsync, _soon, "it is committed");
                silo.Proxy.Close(port);
            }
            else
            {
                await silo.EndWhoWaitsInAsync(statement);
            }
        }

        await silo.ReleasedAsync(_team);
        await Database.EnqueueAsync(_team, "s", _run, 2, final: true);
        await silo.AssertOnceAsync(_team, _run, losses: 0);
        Assert.Equal(3, silo.AppliedTo(_team).Count());
    }

    // The heartbeat is long, so that no beat meets the locked cursor before the advance does.
    private static void LongHeartbeat(Grains.Options.OrleansBatchOptions options) =>
        (options.IdleTimeout, options.HeartbeatPeriod) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1.4));

    // A request for a batch that is not there yet has the group worked on in detail, and no window is claimed.
    private async Task InDetailAsync() => await Database.ExecuteAsync(
        """
        INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why)
        VALUES (orleans_batch.ensure_group($1, 's'), $2, 'skip', 1000, 'alice', '')
        """,
        _team, await Database.AddSinkAsync(RecordingSink.Name));

    // One batch is applied before, so that the cursor and the wakeup's group are there.
    private async Task<LossySilo> StartedOnceAsync()
    {
        await InDetailAsync();
        var silo = await LossySilo.StartAsync(Database);
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), _soon, "the first batch is applied");
        await silo.ReleasedAsync(_team);
        return silo;
    }

    private Task<string?> OwnerAsync() => Database.ScalarAsync<string?>(
        """
        SELECT c.owner FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1
        """,
        _team);

    private async Task<StagedSession> HoldCursorAsync()
    {
        var staged = await StagedSession.BeginAsync(Database);
        await LockCursorAsync(staged);
        return staged;
    }

    private Task LockCursorAsync(StagedSession staged) => staged.ExecuteAsync(
        """
        SELECT FROM orleans_batch.sink_cursor AS c
        WHERE c.group_id = (SELECT g.group_id FROM orleans_batch.batch_group AS g WHERE g.team_id = $1) FOR UPDATE
        """,
        _team);

    private void AssertTokensRise(LossySilo silo)
    {
        var tokens = silo.AppliedTo(_team).Select(b => b.FencingToken).ToList();
        Assert.Equal(2, tokens.Count);
        Assert.True(tokens[1] > tokens[0]);
    }
}
