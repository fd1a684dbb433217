using Npgsql;
using NpgsqlTypes;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The form of enqueue_many with arrays does plain calls in one pass, and leaves all others to enqueue.
public sealed class EnqueueArraysTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private const string Call =
        """
        SELECT orleans_batch.enqueue_many(team_ids => $1, schema_ids => $2, run_ids => $3, batch_indexes => $4, paths => $5,
          are_final => $6, sync_types => $7, primary_keys => $8, options => $9)
        """;

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Two teams with the same past get the same batches, one all at once and the other one by one. The teams may differ in nothing.
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Batches_at_once_become_what_they_become_one_by_one(int seed)
    {
        await database.AddSinkAsync("probe");
        await using var session = await StagedSession.OpenAsync(database);
        var (atOnce, oneByOne) = (TestIds.NextTeam(), TestIds.NextTeam());
        var (plain, judged) = (0, 0);
        var calls = new RandomBatches(seed);
        for (var call = 0; call < 25; call++)
        {
            var batches = calls.Next();
            await session.BeginAsync();
            await session.ExecuteAsync("SET LOCAL track_functions = 'pl'");
            var (error, seqs, wasPlain) = await OutcomeAsync(session, s => AtOnceAsync(s, atOnce, batches));
            await session.BeginAsync();
            var other = await OutcomeAsync(session, s => OneByOneAsync(s, oneByOne, batches));

            Assert.Equal((other.Error, other.Seqs), (error, seqs));
            Assert.Equal(await database.LogOfAsync(oneByOne), await database.LogOfAsync(atOnce));
            (plain, judged) = wasPlain ? (plain + 1, judged) : (plain, judged + 1);
        }

        Assert.True(plain >= 3 && judged >= 3, $"Of both kinds there should be some: {plain} were plain, {judged} were not.");
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Fact]
    public async Task A_call_wakes_each_group_once_for_each_primary_sink()
    {
        await database.AddSinkAsync("probe");
        await database.AddSinkAsync("duckdb");
        await ManyAsync(
            [.. Enumerable.Range(0, 20).Select(i => new TestEntry("orders", _run, i)), new TestEntry("invoices", Guid.NewGuid(), 0)]);

        Assert.Equal(4, await database.WakeupsAsync(_team));
    }

    [Fact]
    public async Task Arrays_of_different_lengths_are_refused()
    {
        await database.RefusesAsync(_team, "OB013", "different lengths: 1, 2, 1, 1, 1, null", () => database.ExecuteAsync(
            "SELECT orleans_batch.enqueue_many(ARRAY[$1], ARRAY['a', 'b'], ARRAY[$2], ARRAY[0], ARRAY['x'])", _team, _run));
        await database.RefusesAsync(_team, "OB013", "different lengths: null", () => database.ExecuteAsync(
            "SELECT orleans_batch.enqueue_many(NULL, ARRAY['a'], ARRAY[$1], ARRAY[0], ARRAY['x'])", _run));
    }

    [Fact]
    public async Task Keys_that_are_no_array_are_refused()
    {
        await database.RefusesAsync(_team, "OB013", "not a JSON array", () => ManyAsync(
            new TestEntry("orders", _run, 0, SyncType: "incremental", Keys: """{"id": 1}""")));
    }

    [Fact]
    public async Task A_day_without_a_partition_is_refused_as_by_enqueue()
    {
        await ManyAsync(new TestEntry("orders", _run, 0));
        await database.ExecuteAsync(
            "UPDATE orleans_batch.batch_group SET last_created_at = clock_timestamp() + interval '300 days' WHERE team_id = $1", _team);

        await database.RefusesAsync(_team, "OB016", "no partition", () => ManyAsync(new TestEntry("orders", _run, 1)));
    }

    [Fact]
    public async Task A_run_id_that_another_group_takes_at_the_same_time_is_refused()
    {
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        var taken = new TestEntry("invoices", _run, 0);
        await first.EnqueueAsync(_team, "orders", taken.RunOf(_team), 0);

        var waiting = AtOnceAsync(second, _team, [taken, new TestEntry("invoices", Guid.NewGuid(), 0)]);
        await second.WaitsForALockAsync();
        await first.CommitAsync();

        Assert.Equal("OB003", (await Assert.ThrowsAsync<PostgresException>(() => waiting)).SqlState);
        Assert.Equal(1, await database.EntriesAsync(_team));
    }

    [Fact]
    public async Task The_same_batches_from_two_callers_are_there_once()
    {
        TestEntry[] batches = [new("orders", _run, 0), new("orders", _run, 1)];
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        Assert.Equal("1, 2", string.Join(", ", await AtOnceAsync(first, _team, batches)));

        var waiting = AtOnceAsync(second, _team, batches);
        await second.WaitsForALockAsync();
        await first.CommitAsync();

        Assert.Equal("1, 2", string.Join(", ", await waiting));
        Assert.Equal(2, await database.EntriesAsync(_team));
    }

    private static async Task<(string? Error, string Seqs, bool WasPlain)> OutcomeAsync(
        StagedSession session, Func<StagedSession, Task<long[]>> call)
    {
        try
        {
            var before = await JudgedAsync(session);
            var seqs = await call(session);
            var judged = await JudgedAsync(session) - before;
            await session.CommitAsync();
            return (null, string.Join(',', seqs), judged == 0);
        }
        catch (PostgresException e)
        {
            await session.RollbackAsync();
            return (e.SqlState, "", false);
        }
    }

    // Returns the calls of enqueue in the open transaction. Calls of earlier ones may be counted until the server has taken them away.
    private static Task<long> JudgedAsync(StagedSession session) => session.ScalarAsync<long>(
        "SELECT coalesce(pg_stat_get_xact_function_calls('orleans_batch.enqueue'::regproc), 0)");

    private async Task ManyAsync(params TestEntry[] batches)
    {
        await using var session = await StagedSession.OpenAsync(database);
        await AtOnceAsync(session, _team, batches);
    }

    private static async Task<long[]> AtOnceAsync(StagedSession session, long team, TestEntry[] batches)
    {
        await using var command = session.Connection.Command(
            Call, All(_ => team), All(b => b.Schema), All(b => b.RunOf(team)), All(b => b.Index), All(b => b.Path), All(b => b.Final),
            All(b => b.SyncType));
        Json(b => b.Keys);
        Json(b => b.Options);
        return (long[])(await command.ExecuteScalarAsync(Ct))!;

        T[] All<T>(Func<TestEntry, T> part) => [.. batches.Select(part)];

        void Json(Func<TestEntry, string?> part) => command.Parameters.Add(
            new NpgsqlParameter { Value = All(part), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
    }

    private static async Task<long[]> OneByOneAsync(StagedSession session, long team, TestEntry[] batches)
    {
        List<long> seqs = [];
        foreach (var b in batches)
        {
            seqs.Add(await session.ScalarAsync<long>(
                """
                SELECT orleans_batch.enqueue(team_id => $1, schema_id => $2, run_id => $3, batch_index => $4, path => $5::text,
                  is_final => $6, sync_type => $7, options => $9::jsonb,
                  primary_keys => (SELECT array_agg(k) FROM jsonb_array_elements_text($8::jsonb) AS k))
                """,
                team, b.Schema, b.RunOf(team), b.Index, b.Path, b.Final, b.SyncType, b.Keys, b.Options));
        }

        return [.. seqs];
    }
}
