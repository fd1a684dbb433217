using System.Text.RegularExpressions;
using NpgsqlTypes;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// An old snapshot keeps every version of the rows that producers write with each batch.
// The reads of an enqueue must not grow with these versions, nor those of an owner.
public sealed class OldSnapshotTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private static readonly long[] _oneRow = [1];
    private static readonly long[] _noRows = [0];

    private const int Kept = 400;
    private const int Groups = 16;
    private const string Explain = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)";

    // A number of pages. A look-up by equality reads several times as many.
    private const int More = 12;

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.Parse($"0{Guid.NewGuid().ToString()[1..]}");

    [Theory]
    [InlineData("orleans_batch.enqueue($1, 'orders', $2, $3, 'x')")]
    [InlineData("orleans_batch.enqueue_many(ARRAY[$1], ARRAY['orders'], ARRAY[$2], ARRAY[$3], ARRAY['x'])")]
    public async Task An_enqueue_steps_over_no_versions_that_an_old_snapshot_keeps(string call)
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var producer = await StagedSession.OpenAsync(database);
        await AnalyzeAsync();
        var before = await PagesReadAsync(producer, call, from: 1);
        await using var old = await StagedSession.OpenAsync(database);
        await old.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ");
        await old.ExecuteAsync("SELECT count(*) FROM orleans_batch.run");
        await database.ExecuteAsync(
            """
            SELECT count(orleans_batch.enqueue(
              $1, CASE g WHEN 0 THEN 'orders' ELSE 'other ' || g END, overlay($2::text PLACING to_hex(g) FROM 1)::uuid, i, 'x'))
            FROM generate_series(100, $3) AS i, generate_series(0, $4 - 1) AS g
            """,
            _team, _run, Kept, Groups);
        await AnalyzeAsync();

        var after = await PagesReadAsync(producer, call, from: Kept + 1);
        Assert.True(after <= before + More, $"{before} pages before, {after} after");
    }

    // A group that is drained again and again leaves versions of its cursor, its dropped wakeups, and its run's outcome.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tenure_steps_over_no_versions_and_wakeups_that_an_old_snapshot_keeps(bool runGoesOn)
    {
        var batches = 0;
        var sink = await database.AddSinkAsync("probe");
        await using var owner = await StagedSession.OpenAsync(database);
        await EngineDataSources.SettleAsync(owner.Connection, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));
        await NextAsync(0);
        var before = await FewestAsync();
        await using var old = await StagedSession.OpenAsync(database);
        await old.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ");
        await old.ExecuteAsync("SELECT count(*) FROM orleans_batch.wakeup");
        await database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
            SELECT g.team_id, g.group_id, $2 FROM orleans_batch.batch_group AS g, generate_series(1, 20000) WHERE g.team_id = $1
            """,
            _team, sink);
        for (var tenure = 0; tenure < 40 * Groups; tenure++)
        {
            await NextAsync(tenure % Groups);
        }

        await AnalyzeAsync();
        var after = await FewestAsync();

        Assert.True(after <= before + More, $"{before} pages before, {after} after");
        Assert.Equal(0, await database.WakeupsAsync(_team));

        // The first call plans and reads the catalog as well. Now and then a page is full.
        async Task<int> FewestAsync()
        {
            var pages = new List<int>();
            for (var tenure = 0; tenure < 4; tenure++)
            {
                pages.Add(await NextAsync(0));
            }

            return pages.Min();
        }

        Task<int> NextAsync(int group) => TenureAsync(
            owner, sink, $"group {group}", runGoesOn ? RunOf(group) : Guid.NewGuid(), runGoesOn ? batches++ : 0);
    }

    // The outcome of a run is written with each tenure, and read with each batch.
    [Theory]
    [InlineData("orleans_batch.enqueue($1, 'orders', $2, $3, 'x')")]
    [InlineData("orleans_batch.enqueue_many(ARRAY[$1], ARRAY['orders'], ARRAY[$2], ARRAY[$3], ARRAY['x'])")]
    public async Task An_enqueue_steps_over_no_outcomes_that_an_old_snapshot_keeps(string call)
    {
        var sink = await database.AddSinkAsync("probe");
        await using var owner = await StagedSession.OpenAsync(database);
        await EngineDataSources.SettleAsync(owner.Connection, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));
        await TenureAsync(owner, sink, "orders", _run, 0);
        await using var producer = await StagedSession.OpenAsync(database);
        await AnalyzeAsync();
        var before = await PagesReadAsync(producer, call, from: 1);
        await using var old = await StagedSession.OpenAsync(database);
        await old.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ");
        await old.ExecuteAsync("SELECT count(*) FROM orleans_batch.sink_run");
        for (var update = 0; update < 40 * Groups; update++)
        {
            // A wide row: few of its versions share a page.
            await database.ExecuteAsync(
                "UPDATE orleans_batch.sink_run SET rows_applied = rows_applied + 1, first_error = repeat('x', 1000) WHERE run_id = $1",
                _run);
        }

        await AnalyzeAsync();
        var after = await PagesReadAsync(producer, call, from: Kept);
        Assert.True(after <= before + More, $"{before} pages before, {after} after");
    }

    // The row is no longer where it was read, and is then written by its key.
    [Theory]
    [InlineData("orleans_batch.enqueue($1, 'orders', $2, 1, 'x', is_final => true)")]
    [InlineData("orleans_batch.enqueue_many(ARRAY[$1], ARRAY['orders'], ARRAY[$2], ARRAY[1], ARRAY['x'], are_final => ARRAY[true])")]
    public async Task A_sign_of_life_under_way_takes_nothing_from_the_run(string call)
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var alive = await StagedSession.BeginAsync(database);
        await alive.ExecuteAsync("SELECT orleans_batch.run_alive($1)", _run);
        await using var producer = await StagedSession.OpenAsync(database);

        var enqueue = producer.ExecuteAsync($"SELECT {call}", _team, _run);
        await producer.WaitsForALockAsync();
        await alive.CommitAsync();
        await enqueue;

        Assert.Equal(
            "sealed 1 2 2",
            await database.ScalarAsync<string>(
                "SELECT concat_ws(' ', state, last_index, batch_count, end_seq) FROM orleans_batch.run WHERE run_id = $1", _run));
    }

    // Another producer has moved the group's row meanwhile.
    [Theory]
    [InlineData("orleans_batch.enqueue($1, 'orders', $2, 1, 'x')")]
    [InlineData("orleans_batch.enqueue_many(ARRAY[$1], ARRAY['orders'], ARRAY[$2], ARRAY[1], ARRAY['x'])")]
    public async Task Two_producers_of_one_group_come_one_after_the_other(string call)
    {
        var other = Guid.NewGuid();
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.EnqueueAsync(_team, "orders", other, 0);
        await using var first = await StagedSession.BeginAsync(database);
        await first.EnqueueAsync(_team, "orders", other, 1);
        await first.EnqueueAsync(_team, "orders", other, 2);
        await using var second = await StagedSession.OpenAsync(database);

        var enqueue = second.ExecuteAsync($"SELECT {call}", _team, _run);
        await second.WaitsForALockAsync();
        await first.CommitAsync();
        await enqueue;

        Assert.Equal(5, await database.EntriesAsync(_team));
        Assert.Equal(
            "1 2 3 4 5",
            await database.ScalarAsync<string>(
                """
                SELECT string_agg(e.seq::text, ' ' ORDER BY e.seq)
                FROM orleans_batch.log_entry AS e JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1
                """,
                _team));
        Assert.Equal(5, await database.ScalarAsync<long>("SELECT tail_seq FROM orleans_batch.batch_group WHERE team_id = $1", _team));
    }

    // A session plans anew when its plans are too old for the state of a table.
    private Task AnalyzeAsync() =>
        database.ExecuteAsync(
            "ANALYZE orleans_batch.batch_group, orleans_batch.run, orleans_batch.wakeup, orleans_batch.sink_cursor, "
                + "orleans_batch.sink_run");

    // One batch from its enqueue to the release. Returns the pages that the owner's two statements read.
    private async Task<int> TenureAsync(StagedSession owner, short sink, string schema, Guid run, int batch)
    {
        await database.EnqueueAsync(_team, schema, run, batch);
        var key = new LockKey(sink, await database.GroupIdAsync(_team, schema));
        var own = await owner.ScalarAsync<string>(
            $"{Explain} {QueueStatements.Load("own_window")}",
            key.GroupId, key.SinkId, _team, schema, "silo", true, key.Namespace, 10, false);
        var place = await CursorAsync<NpgsqlTid>("ctid");
        var (first, last) = (await CursorAsync<long>("next_seq"), await CursorAsync<long>("claimed_to"));
        var now = DateTime.UtcNow;
        var advance = await owner.ScalarAsync<string>(
            $"{Explain} {QueueStatements.Load("advance_window")}",
            key.GroupId, key.SinkId, _team, schema, "silo", await CursorAsync<long>("epoch"), place,
            first, last, now, now, run, 1L, 0L, now, null, false, 10, true, false, await CursorAsync<long>("woken_from"),
            1L, 0L, 0L, 0L, _oneRow, _noRows, null, null);
        Assert.True(await owner.ScalarAsync<bool>($"{QueueStatements.Load("unlock_released")}", key.Namespace, key.GroupId));
        return Pages(own) + Pages(advance);

        Task<T?> CursorAsync<T>(string column) =>
            owner.ScalarAsync<T>(
                $"SELECT {column} FROM orleans_batch.sink_cursor WHERE group_id = $1 AND sink_id = $2", key.GroupId, key.SinkId);
    }

    private Guid RunOf(int group) => Guid.Parse($"{group:x}{_run.ToString()[1..]}");

    private static int Pages(string? plan) => int.Parse(Regex.Match(plan!, "\"Shared Hit Blocks\": (\\d+)").Groups[1].Value, null);

    // The fewest pages of ten calls. A session's first calls read the catalog as well, and now and then a page is full.
    private async Task<int> PagesReadAsync(StagedSession producer, string call, int from)
    {
        var pages = new List<int>();
        for (var index = from; index < from + 10; index++)
        {
            var plan = await producer.ScalarAsync<string>($"{Explain} SELECT {call}", _team, _run, index);
            pages.Add(Pages(plan));
        }

        return pages.Min();
    }
}
