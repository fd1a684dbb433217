using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A sink that was added at the tail wants no older entry, neither at first nor in a replay.
public sealed class TailSinkTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _old = Guid.NewGuid();
    private readonly Guid _across = Guid.NewGuid();
    private readonly Guid _new = Guid.NewGuid();

    private string Sink => $"tail-{_team}";

    [Fact]
    public async Task Older_batches_and_later_ones_of_older_runs_are_not_wanted_and_no_operator_skipped_them()
    {
        await StageAsync();

        Assert.Equal(
            [
                "1 not_wanted 0 the run began before the sink was added", "2 not_wanted 0 the run began before the sink was added",
                "3 not_wanted 0 the run began before the sink was added", "4 succeeded 1",
            ],
            await StatesAsync());
        Assert.Equal([$"{_new}"], await database.RowsAsync(
            "SELECT run_id::text FROM orleans_batch.run_status WHERE team_id = $1 AND sink = $2", r => r.GetString(0), _team, Sink));
    }

    [Fact]
    public async Task Before_the_sink_is_owned_older_batches_are_not_wanted_either()
    {
        await EnqueueAsync(_old, 0);
        await AddAsync();
        await EnqueueAsync(_new, 0);

        Assert.Equal(["1 not_wanted 0 the run began before the sink was added", "2 waiting 0"], await StatesAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_replay_from_before_its_start_is_refused_with_its_first_entry(long from)
    {
        await StageAsync();

        var refused = await database.RefusesAsync(
            _team, "OB046", $"begins with entry 3 of group {_team}/orders: entry {from} was never for it", () => ReplayAsync(from));

        Assert.Equal("Begin with its first entry: from_seq => 3.", refused.Hint);
    }

    // An older run's repeated rows, or its missing batches of a full_refresh, are nothing to this sink.
    [Theory]
    [InlineData("append")]
    [InlineData("full_refresh")]
    public async Task A_replay_from_its_first_entry_does_not_look_at_older_runs(string syncType)
    {
        await StageAsync(syncType);

        Assert.True(await ReplayAsync(3) > 0);
    }

    [Fact]
    public async Task A_sink_that_has_nothing_of_the_group_yet_has_nothing_to_replay()
    {
        await EnqueueAsync(_old, 0);
        var sink = await AddAsync();
        await database.PassAsync(_team, "orders", sink, 2);

        var refused = await database.RefusesAsync(_team, "OB046", "begins with entry 2", () => ReplayAsync(1));

        Assert.Contains("nothing to replay", refused.Hint, StringComparison.Ordinal);
    }

    // Three runs: one before the sink, one from before it to after it, one after it. The entries are 1, then 2 and 3, then 4.
    private async Task StageAsync(string syncType = "append")
    {
        await EnqueueAsync(_old, 0, syncType);
        await EnqueueAsync(_across, 0, syncType);
        await AddAsync();
        await EnqueueAsync(_across, 1, syncType);
        await EnqueueAsync(_new, 0);
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", sink: Sink);
        while (await owner.Cursor.FetchAsync(TestContext.Current.CancellationToken) is { Entry: { } entry, Standing: { } standing })
        {
            if (standing.BeganBeforeSink)
            {
                await owner.Cursor.SkipAsync(
                    entry, (Grains.Tenures.EntryVerdict.Skip)Grains.Tenures.EntryRules.First(entry, standing, null), null, [],
                    TestContext.Current.CancellationToken);
            }
            else
            {
                await owner.Cursor.ClaimAsync(entry, TestContext.Current.CancellationToken);
                await owner.Cursor.AdvanceAsync(entry, new(), TestContext.Current.CancellationToken);
            }
        }
    }

    private async Task<short> AddAsync() =>
        await database.ScalarAsync<short>("SELECT orleans_batch.add_sink($1, start_at => 'tail')", Sink);

    private Task EnqueueAsync(Guid run, int index, string syncType = "incremental") => database.ExecuteAsync(
        """
        SELECT orleans_batch.enqueue($1, 'orders', $2, $3, 'x', sync_type => $4, primary_keys => ARRAY['id'],
          options => '{"supersede": "never"}')
        """,
        _team, run, index, syncType);

    private Task<long> ReplayAsync(long from) =>
        database.ScalarAsync<long>("SELECT orleans_batch.replay($1, 'orders', $2, $3)", _team, Sink, from);

    private Task<List<string>> StatesAsync() => database.RowsAsync(
        "SELECT concat_ws(' ', seq, state, attempt, detail) FROM orleans_batch.batch_status WHERE team_id = $1 AND sink = $2 ORDER BY seq",
        r => r.GetString(0), _team, Sink);
}
