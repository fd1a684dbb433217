using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.Delta;

// Random batches, with vectors and without, held against a plain model by the kernel of others.
public sealed class RandomMergeTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();
    private readonly TableModel _model = new();
    private readonly RandomRows _rows = new();
    private readonly MergesSeen _seen;
    private long _seq;

    public RandomMergeTests() => _seen = new MergesSeen(_fixture);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(3)]
    public Task The_table_is_what_a_plain_model_says(int seed) => RunAsync(seed, operations: 150, between: 15);

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [Trait("Length", "Long")]
    public Task The_table_is_what_a_plain_model_says_for_long(int seed) => RunAsync(seed, operations: 1000, between: 5);

    private async Task RunAsync(int seed, int operations, int between)
    {
        var random = new Random(seed);
        _fixture.Options.CheckpointInterval = random.Next(3, 12);
        await ApplyAsync(SyncType.Append, _rows.Fresh(2000), random);
        for (var done = 1; done <= operations; done++)
        {
            _fixture.Options.DeletionVectors = random.Next(4) > 0;
            await OneAsync(random);
            if (done % between == 0 || done == operations)
            {
                Assert.Equal((seed, done, _model.ToText()), (seed, done, await RowsAsync()));
                Assert.Equal(_model.Count, (await _fixture.SnapshotAsync()).Rows);
            }
        }

        _seen.RequireAll();
    }

    private async Task OneAsync(Random random)
    {
        switch (random.Next(20))
        {
            case 0:
                _fixture.Run = Guid.NewGuid();
                await ApplyAsync(SyncType.FullRefresh, _rows.Fresh(random.Next(500, 3000)), random);
                await _fixture.EndAsync(RunEnd.Sealed, _seq);
                _fixture.Run = Guid.NewGuid();
                _seen.Note("refreshed");
                break;
            case < 4:
                await ApplyAsync(SyncType.Append, _rows.Fresh(random.Next(1, 1500)), random);
                break;
            case 4:
                await OtherPrograms.CleanAsync(_fixture);
                _seen.Note("checkpoint");
                break;
            case 5:
                await OtherPrograms.SayAsync(_fixture, random.Next(2) == 0 ? "true" : "false");
                break;
            default:
                await ApplyAsync(SyncType.Incremental, _rows.Some(random), random);
                break;
        }
    }

    private async Task ApplyAsync(SyncType type, List<(long? Id, string Value)> rows, Random random)
    {
        // A wider type writes the whole table anew. The type goes back with a full refresh only.
        var idType = random.Next(25) == 0 ? "BIGINT" : "INTEGER";
        var batch = _fixture.BatchOf(++_seq, RandomRows.Select(rows, idType), type, "id") with { NullKeys = NullKeyRule.Keep };

        // Another silo now and then, and then this one again.
        var sink = random.Next(10) == 0 ? _fixture.NewSink() : _fixture.Sink;
        await _fixture.ApplyAsync(batch, sink: sink);
        if (sink != _fixture.Sink)
        {
            await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        }

        _model.Apply(type, rows);
        await _seen.LookAsync();
    }

    private async Task<string> RowsAsync()
    {
        var text = await _fixture.Reader.SelectAsync("id, v", orderBy: "ALL");
        return string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));
    }
}
