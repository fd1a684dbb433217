using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A producer, an owner or an operator that meets a removal: one comes after the other, and nothing is left between them.
public sealed class ForgetInterleavingTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task A_forget_waits_for_an_open_producer_and_takes_its_batch_along()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0, final: true);
        var group = await Database.GroupIdAsync(_team, "orders");
        await using var producer = await StagedSession.BeginAsync(Database);
        await producer.EnqueueAsync(_team, "orders", _run, 0);
        await using var operators = await StagedSession.OpenAsync(Database);

        var forgets = operators.ScalarAsync<int>("SELECT orleans_batch.forget($1, 'orders', why => 'they left')", _team);
        await operators.WaitsForALockAsync();
        Assert.Equal("gone", await Database.RemoveAsync(group));
        await producer.CommitAsync();

        Assert.Equal(1, await forgets);
        Assert.Equal("removed", (await Database.RemoveAllAsync(group)).Outcome);
        await Database.RefusesAsync(_team, "OB048", "was forgotten", () => Database.EnqueueAsync(_team, "orders", _run, 1));
    }

    [Theory]
    [InlineData("SELECT orleans_batch.enqueue($1, 'orders', gen_random_uuid(), 0, 'x')")]
    [InlineData("SELECT (orleans_batch.enqueue_many(ARRAY[$1], '{orders}', ARRAY[gen_random_uuid()], '{0}', '{x}'))[1]")]
    public async Task A_producer_that_waits_while_the_last_rows_go_begins_the_group_anew(string call)
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await Database.EnqueueAsync(_team, "orders", _run, 1);
        var group = await Database.GroupIdAsync(_team, "orders");
        await Database.ForgetAsync(_team, "orders");
        while (await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.run") > 0)
        {
            Assert.Equal("more", await Database.RemoveAsync(group));
        }

        await using var sweep = await StagedSession.BeginAsync(Database);
        Assert.Equal("removed", await sweep.ScalarAsync<string>("SELECT orleans_batch.remove_group($1, 1000)", group));
        await using var producer = await StagedSession.OpenAsync(Database);
        var enqueues = producer.ScalarAsync<long>(call, _team);
        await producer.WaitsForALockAsync();
        await sweep.CommitAsync();

        Assert.Equal(1L, await enqueues);
        Assert.NotEqual(group, await Database.GroupIdAsync(_team, "orders"));
        Assert.DoesNotContain(await Database.RowsOfGroupAsync(group), t => t.Value > 0);
    }

    // Its wakeup would point at nothing, for ever.
    [Fact]
    public async Task A_removal_waits_for_a_request_that_is_not_committed()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        var group = await Database.GroupIdAsync(_team, "orders");
        await using var skips = await StagedSession.BeginAsync(Database);
        await skips.ExecuteAsync("SELECT orleans_batch.skip_batch($1, 0, why => 'x')", _run);
        await Database.ForgetAsync(_team, "orders");

        Assert.Equal("waits", (await Database.RemoveAllAsync(group)).Outcome);
        await skips.CommitAsync();

        Assert.Equal("removed", (await Database.RemoveAllAsync(group)).Outcome);
        Assert.DoesNotContain(await Database.RowsOfGroupAsync(group), t => t.Value > 0);
    }

    [Fact]
    public async Task A_removal_waits_for_a_sink_that_is_still_given_its_groups()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        var group = await Database.GroupIdAsync(_team, "orders");
        await Database.ExecuteAsync("SELECT orleans_batch.add_sink('late')");
        await Database.ForgetAsync(_team, "orders");

        Assert.Equal("waits", await Database.RemoveAsync(group));
        await Eventually.UntilAsync(
            () => Database.ScalarAsync<bool>("SELECT orleans_batch.seed_sink('late')"), TimeSpan.FromSeconds(20), "the sink is active");

        Assert.Equal("removed", (await Database.RemoveAllAsync(group)).Outcome);
        Assert.Equal(0L, await Database.WakeupsAsync(_team));
    }

    [Fact]
    public async Task An_owner_at_work_keeps_the_group_until_it_has_finished_its_batch_and_begins_no_other()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await Database.EnqueueAsync(_team, "orders", _run, 1);
        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders");
        var entry = await owner.ClaimAsync();
        await Database.ForgetAsync(_team, "orders");

        Assert.Equal("waits", await Database.RemoveAsync(owner.Key.GroupId));
        Assert.Contains(
            "finishes entry 1 first",
            await Database.ScalarAsync<string>("SELECT message FROM orleans_batch.doctor() WHERE code = 'forget_open'"),
            StringComparison.Ordinal);
        await owner.Cursor.AdvanceAsync(entry, new(), TestContext.Current.CancellationToken);

        Assert.True(await owner.ComplyWithForgetAsync());
        Assert.Equal("removed", (await Database.RemoveAllAsync(owner.Key.GroupId)).Outcome);
    }
}
