using System.Text.Json;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class EnqueueManyTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private const string Call = "SELECT orleans_batch.enqueue_many($1::jsonb)";

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _orders = Guid.NewGuid();
    private readonly Guid _invoices = Guid.NewGuid();

    [Fact]
    public async Task Seqs_come_back_in_the_order_of_the_array()
    {
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);

        var seqs = await ManyAsync(Orders(0), Invoices(0), Orders(1), Invoices(1), Orders(0), Invoices(7));

        Assert.Equal([2, 1, 3, 2, 2, 3], seqs);
        Assert.Equal(
            [0, 1], await database.RowsAsync(
                "SELECT batch_index FROM orleans_batch.log_entry WHERE run_id = $1 ORDER BY seq", r => r.GetInt32(0), _orders));
    }

    [Fact]
    public async Task Keys_that_are_left_out_or_null_have_the_defaults_of_enqueue()
    {
        await ManyAsync(Orders(0), new
        {
            team_id = _team, schema_id = "invoices", run_id = _invoices, batch_index = 0, path = "x", is_final = (bool?)null,
            sync_type = (string?)null, metadata = (object?)null, options = (object?)null, primary_keys = (string[]?)null,
        });

        Assert.Equal(2, await database.ScalarAsync<long>(
            """
            SELECT count(*) FROM orleans_batch.run AS r JOIN orleans_batch.log_entry AS e USING (run_id)
            WHERE r.run_id IN ($1, $2) AND r.sync_type = 'append' AND r.primary_keys = '{}' AND r.on_failure = 'continue'
              AND r.state = 'open' AND NOT e.is_final AND e.metadata = '{}'
            """,
            _orders, _invoices));
    }

    [Fact]
    public async Task Every_key_of_enqueue_is_taken()
    {
        await ManyAsync(new
        {
            team_id = _team, schema_id = "orders", run_id = _orders, batch_index = 3, path = "a.parquet", is_final = true, row_count = 5,
            byte_size = 1L << 40, sync_type = "incremental", primary_keys = (List<string>)["id"], metadata = new { source = "shop" },
            options = new { on_failure = "block" },
        });

        Assert.Equal(1, await database.ScalarAsync<long>(
            """
            SELECT count(*) FROM orleans_batch.run AS r JOIN orleans_batch.log_entry AS e USING (run_id)
            WHERE r.run_id = $1 AND r.sync_type = 'incremental' AND r.primary_keys = '{id}' AND r.on_failure = 'block'
              AND r.state = 'sealed' AND r.end_seq = 1 AND e.batch_index = 3 AND e.path = 'a.parquet' AND e.is_final
              AND e.row_count = 5 AND e.byte_size = 1099511627776 AND e.metadata = '{"source": "shop"}'
            """,
            _orders));
    }

    [Fact]
    public async Task One_refused_batch_refuses_them_all()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _orders, 5);

        await database.RefusesAsync(
            _team, "OB009", "goes backwards", () => ManyAsync(Invoices(0), Orders(6), Orders(4)));
        await database.RefusesAsync(
            _team, "OB002", "don't name a group", () => ManyAsync(Orders(6), new { team_id = _team, schema_id = "", batch_index = 0 }));
        await database.RefusesAsync(_team, "OB013", "A batch needs a run id", () => ManyAsync(
            Orders(6), new { team_id = _team, schema_id = "orders", batch_index = 0, path = "x" }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"x\"")]
    [InlineData("[[]]")]
    [InlineData("[{}, 1]")]
    [InlineData("[null]")]
    public async Task Anything_but_an_array_of_objects_is_refused(string? batches)
    {
        await database.RefusesAsync(
            _team, "OB013", "takes a JSON array of objects", () => database.ExecuteAsync(Call, batches));
    }

    [Fact]
    public async Task Empty_array_enqueues_nothing()
    {
        Assert.Empty(await ManyAsync());
    }

    // Callers wait at the first group in (team, schema) order, and hold no other group meanwhile.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_calls_that_name_the_groups_in_opposite_order_do_not_deadlock(bool groupsExist)
    {
        if (groupsExist)
        {
            await database.EnqueueAsync(_team, "invoices", Guid.NewGuid(), 0);
            await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        }

        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.EnqueueAsync(_team, "invoices", Guid.NewGuid(), 0);
        await using var one = await StagedSession.OpenAsync(database);
        await using var other = await StagedSession.OpenAsync(database);
        var first = one.ScalarAsync<long[]>(Call, Json(Invoices(0), Orders(0)));
        await one.WaitsForALockAsync();
        var second = other.ScalarAsync<long[]>(Call, Json(Batch("orders", Guid.NewGuid(), 0), Batch("invoices", Guid.NewGuid(), 0)));
        await other.WaitsForALockAsync();
        await using (var passer = await StagedSession.BeginAsync(database))
        {
            await passer.ExecuteAsync("SET LOCAL lock_timeout = '5s'");
            await passer.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
            await passer.RollbackAsync();
        }

        await barrier.CommitAsync();

        var all = (await first)!.Concat((await second)!).Order();
        Assert.Equal(groupsExist ? [2, 3, 3, 4] : [1, 2, 2, 3], all);
    }

    private object Orders(int index) => Batch("orders", _orders, index);

    private object Invoices(int index) => Batch("invoices", _invoices, index);

    private object Batch(string schema, Guid run, int index) =>
        new { team_id = _team, schema_id = schema, run_id = run, batch_index = index, path = "x" };

    private Task<long[]> ManyAsync(params object[] batches) => database.ScalarAsync<long[]>(Call, Json(batches))!;

    private static string Json(params object[] batches) => JsonSerializer.Serialize(batches);
}
