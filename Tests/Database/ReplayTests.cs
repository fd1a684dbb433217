using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class ReplayTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private short _probe;

    public async ValueTask InitializeAsync() => _probe = await database.AddSinkAsync("probe");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Sink_is_asked_to_begin_again_and_woken()
    {
        await EnqueueAsync(_run, "incremental", 0, 1, 2);
        await database.PassAsync(_team, "orders", _probe, 4);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);

        var request = await ReplayAsync(2);

        Assert.Equal(("replay", 2L, "ann", "lost table"), Assert.Single(await database.RowsAsync(
            "SELECT kind, seq, who, why FROM orleans_batch.operator_request WHERE request_id = $1 AND done_at IS NULL",
            r => (r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3)),
            request)));
        Assert.Equal(1, await database.WakeupsAsync(_team));
        Assert.Equal(["replay, ann, lost table"], await database.ActionsAsync($"{_team}/orders from 2"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(null)]
    public async Task Entry_that_the_sink_has_not_passed_is_refused(int? from)
    {
        await EnqueueAsync(_run, "incremental", 0, 1, 2);
        await database.PassAsync(_team, "orders", _probe, 3);

        await database.RefusesAsync(_team, "OB030", "has passed the entries 1 to 2", () => ReplayAsync(from));
    }

    [Fact]
    public async Task Sink_that_has_passed_nothing_is_refused()
    {
        await EnqueueAsync(_run, "incremental", 0);

        await database.RefusesAsync(_team, "OB030", "has passed nothing", () => ReplayAsync(1));
    }

    [Theory]
    [InlineData("append")]
    [InlineData("cdc")]
    public async Task Rows_that_would_be_there_twice_are_refused_unless_it_is_forced(string syncType)
    {
        await EnqueueAsync(_run, "incremental", 0);
        await EnqueueAsync(Guid.NewGuid(), syncType, 0);
        await database.PassAsync(_team, "orders", _probe, 3);

        await database.RefusesAsync(_team, "OB033", $"whose sync type is {syncType}", () => ReplayAsync(1));

        Assert.True(await ReplayAsync(1, force: true) > 0);
    }

    [Fact]
    public async Task Rows_behind_the_sinks_position_are_not_looked_at()
    {
        await EnqueueAsync(_run, "incremental", 0);
        await database.PassAsync(_team, "orders", _probe, 2);
        await EnqueueAsync(Guid.NewGuid(), "append", 0);

        Assert.True(await ReplayAsync(1) > 0);
    }

    [Fact]
    public async Task Entries_that_are_no_longer_retained_are_refused_with_the_oldest_that_is()
    {
        await EnqueueAsync(_run, "incremental", 0, 1, 2);
        await database.PassAsync(_team, "orders", _probe, 4);
        await database.ExecuteAsync("DELETE FROM orleans_batch.log_entry WHERE run_id = $1 AND seq < 3", _run);

        var refused = await database.RefusesAsync(_team, "OB031", "Entry 1 of group", () => ReplayAsync(1));

        Assert.Equal("The oldest that is: 3.", refused.Hint);
    }

    // The batch's run begins before a run that lies inside of it.
    [Fact]
    public async Task Full_refresh_is_replayed_from_its_first_batch_on_which_the_refusal_names()
    {
        var inner = Guid.NewGuid();
        await EnqueueAsync(Guid.NewGuid(), "incremental", 0);
        await EnqueueAsync(_run, "full_refresh", 0);
        await EnqueueAsync(inner, "full_refresh", 0);
        await EnqueueAsync(_run, "full_refresh", 1);
        await EnqueueAsync(inner, "full_refresh", 1);
        await database.PassAsync(_team, "orders", _probe, 6);

        var refused = await database.RefusesAsync(_team, "OB032", "lies inside of a full_refresh", () => ReplayAsync(5));

        Assert.Equal("Begin with its first batch: from_seq => 2.", refused.Hint);
        Assert.True(await ReplayAsync(2) > 0);
        Assert.True(await ReplayAsync(1) > 0);
    }

    [Fact]
    public async Task Full_refresh_that_is_not_retained_as_a_whole_is_refused()
    {
        await EnqueueAsync(_run, "full_refresh", 0, 1);
        await database.PassAsync(_team, "orders", _probe, 3);
        await database.ExecuteAsync("DELETE FROM orleans_batch.log_entry WHERE run_id = $1 AND seq = 1", _run);

        await database.RefusesAsync(_team, "OB031", "can't be made again", () => ReplayAsync(2));
    }

    [Fact]
    public async Task Unknown_group_and_sink_are_refused()
    {
        await database.RefusesAsync(_team, "OB028", $"There is no group {_team}/orders", () => ReplayAsync(1));

        await EnqueueAsync(_run, "incremental", 0);
        await database.RefusesAsync(_team, "OB026", "no sink named \"lake\"", () => ReplayAsync(1, sink: "lake"));
    }

    private Task<long> ReplayAsync(long? from, bool force = false, string sink = "probe") => database.ScalarAsync<long>(
        "SELECT orleans_batch.replay($1, 'orders', $2, $3::bigint, force => $4, who => 'ann', why => 'lost table')",
        _team, sink, from, force);

    private async Task EnqueueAsync(Guid run, string syncType, params int[] indexes)
    {
        foreach (var index in indexes)
        {
            await database.ExecuteAsync(
                """
                SELECT orleans_batch.enqueue($1, 'orders', $2, $3, 'x', sync_type => $4, primary_keys => ARRAY['id'],
                  options => CASE
                    WHEN $4 = 'cdc' THEN '{"cdc": {"operation": "op", "sequence": "at"}}'
                    ELSE '{"supersede": "never"}' END::jsonb)
                """,
                _team, run, index, syncType);
        }
    }
}
