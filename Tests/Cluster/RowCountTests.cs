using System.Diagnostics.Metrics;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The queue's row counts are the sink's own. The producer's announced numbers stand beside them.
public sealed class RowCountTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    public static TheoryData<string> Sinks => ["idempotent", "one by one", "windows", "followed"];

    [Theory]
    [MemberData(nameof(Sinks))]
    public async Task What_the_sink_took_in_is_added_up_and_stands_with_each_batch(string kind)
    {
        BatchResult Answer(BatchContext c) => new()
        {
            RowsApplied = c.Batch.BatchIndex,
            RowsReplaced = c.Batch.BatchIndex % 3,
            ValuesRounded = c.Batch.BatchIndex == 70 ? 5 : 0,
        };
        IBatchSink sink = kind == "windows"
            ? new TransactionalSink { ResultOf = Answer }
            : new RecordingSink { IsIdempotent = kind == "idempotent", OnAnswer = Answer };
        await EnqueueAsync(100, index => index % 10 == 0 ? index : index % 10 == 1 ? index + 1 : null);
        await using var silos = await StartAsync(sink, followed: kind == "followed");

        // Of each ten batches one announced its true number, one announced another number, and eight announced nothing.
        Assert.Equal([((long?)4950, (long?)920, (long?)99, 5L, 10L)], await RunAsync());
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => ((long?)i, (long?)(i % 3), (long?)(i == 70 ? 5 : 0))),
            await BatchesAsync());
    }

    [Fact]
    public async Task A_sink_that_does_not_count_leaves_the_rows_unknown_and_never_takes_the_claim()
    {
        await EnqueueAsync(3, _ => 1200);
        await using var silos = await StartAsync(new RecordingSink { OnAnswer = _ => BatchResult.NotCounted });

        Assert.Equal([((long?)null, (long?)3600, (long?)null, 0L, 0L)], await RunAsync());
        Assert.All(await BatchesAsync(), b => Assert.Equal(((long?)null, (long?)null, (long?)0), b));
    }

    [Fact]
    public async Task One_batch_that_was_not_counted_leaves_the_run_unknown_and_the_others_known()
    {
        await EnqueueAsync(3, _ => null);
        await using var silos = await StartAsync(new RecordingSink
        {
            OnAnswer = c => c.Batch.BatchIndex == 1 ? BatchResult.NotCounted : new BatchResult { RowsApplied = 20, RowsReplaced = 0 },
        });

        Assert.Equal([((long?)null, (long?)null, (long?)null, 0L, 0L)], await RunAsync());
        Assert.Equal([20, null, 20], (await BatchesAsync()).Select(b => b.Applied));
    }

    [Fact]
    public async Task Batches_that_have_other_rows_than_announced_are_counted()
    {
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "orleans-batch-rows-differ")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
        listener.Start();
        await EnqueueAsync(3, index => index == 1 ? 1200 : 20);
        await using var silos = await StartAsync(new RecordingSink { OnAnswer = _ => new BatchResult { RowsApplied = 20 } });

        Assert.Equal([((long?)60, (long?)1240, (long?)null, 0L, 1L)], await RunAsync());
        await Eventually.UntilAsync(() => Task.FromResult(Interlocked.Read(ref counted) >= 1), _soon, "the counter has it");
    }

    private async Task<TestSilos> StartAsync(IBatchSink sink, bool followed = false)
    {
        if (followed)
        {
            await Database.ExecuteAsync("SELECT orleans_batch.add_sink(name => 'behind', upstream => 'recording')");
        }

        var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run succeeds");
        return silos;
    }

    // The sink exists before the batches, because older batches would wait for a sweep.
    private async Task EnqueueAsync(int batches, Func<int, int?> rows)
    {
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue_many((
              SELECT jsonb_agg(jsonb_build_object('team_id', $1, 'schema_id', 's', 'run_id', $2, 'batch_index', b.index, 'path', 'x',
                'row_count', b.rows, 'is_final', b.index = $4) ORDER BY b.index)
              FROM unnest($3::int[], $5::int[]) AS b (index, rows)))
            """,
            _team, _run, Enumerable.Range(0, batches).ToArray(), batches - 1, Enumerable.Range(0, batches).Select(rows).ToArray());
    }

    private Task<List<(long? Applied, long? Announced, long? Replaced, long Rounded, long Differing)>> RunAsync() => Database.RowsAsync(
        """
        SELECT rows_applied, rows_announced, rows_replaced, values_rounded, batches_differing FROM orleans_batch.run_status
        WHERE run_id = $1 AND sink = 'recording'
        """,
        r => (Known(r, 0), Known(r, 1), Known(r, 2), r.GetInt64(3), r.GetInt64(4)), _run);

    private Task<List<(long? Applied, long? Replaced, long? Rounded)>> BatchesAsync() => Database.RowsAsync(
        """
        SELECT rows_applied, rows_replaced, values_rounded FROM orleans_batch.batch_status
        WHERE run_id = $1 AND sink = 'recording' ORDER BY seq
        """,
        r => (Known(r, 0), Known(r, 1), Known(r, 2)), _run);

    private static long? Known(Npgsql.NpgsqlDataReader r, int ordinal) => r.IsDBNull(ordinal) ? null : r.GetInt64(ordinal);
}
