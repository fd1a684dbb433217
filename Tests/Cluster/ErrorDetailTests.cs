using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The sentence is for people. The own message of the library behind the sink stands beside it, wherever the sentence stands.
public sealed class ErrorDetailTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const string Sentence = "File a.parquet is damaged: put a whole one there.";
    private const string Detail = "Invalid Input Error: no magic bytes";

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task The_detail_of_a_permanent_error_stands_with_the_batch_its_attempt_and_its_run()
    {
        var sink = new RecordingSink { OnApply = (_, _) => throw new PermanentBatchException(Sentence) { Detail = Detail } };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run fails");

        Assert.Equal((Sentence, Detail), await BatchAsync());
        Assert.Equal(
            (Sentence, Detail),
            await ReadAsync("SELECT first_error, first_error_detail FROM orleans_batch.run_status WHERE run_id = $1", _run));
        Assert.Equal((Sentence, Detail), await ReadAsync("SELECT error, error_detail FROM orleans_batch.batch_attempt"));
        await Eventually.UntilAsync(
            () => Task.FromResult(silos.Log.Of(103).Any(l => l.EndsWith($"{Sentence} ({Detail})", StringComparison.Ordinal))), _soon,
            "the log has both");
    }

    // The detail is the first line of a library's error that the sink only wraps, unless the sentence has that line.
    [Theory]
    [InlineData("IO Error: no space left\nLINE 1: INSERT", "The sink failed.", "IO Error: no space left")]
    [InlineData("no space left", "The sink failed: no space left.", null)]
    public async Task The_detail_of_an_error_that_is_tried_again_stands_while_it_waits(string inner, string sentence, string? detail)
    {
        var sink = new RecordingSink { OnApply = (_, _) => throw new IOException(sentence, new InvalidOperationException(inner)) };
        await using var silos = await TestSilos.StartAsync(
            Database, sink: sink, configure: o => (o.BackoffBase, o.BackoffCap) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await Eventually.EqualsAsync((sentence, detail), BatchAsync, _soon, "it waits for its next attempt");
    }

    [Fact]
    public async Task The_detail_of_what_is_not_ready_stands_while_it_waits_and_is_gone_when_it_is_over()
    {
        var ready = false;
        var sink = new RecordingSink
        {
            OnApply = (_, _) => ready
                ? Task.CompletedTask
                : throw new SinkNotReadyException("The disk is full.", TimeSpan.FromSeconds(1)) { Detail = Detail },
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Eventually.EqualsAsync(("The disk is full.", Detail), BatchAsync, _soon, "it waits");

        ready = true;

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal((null, null), await BatchAsync());
    }

    private Task<(string? Sentence, string? Detail)> BatchAsync() =>
        ReadAsync("SELECT last_error, error_detail FROM orleans_batch.batch_status WHERE run_id = $1", _run);

    private async Task<(string? Sentence, string? Detail)> ReadAsync(string sql, params object[] values) =>
        Assert.Single(await Database.RowsAsync(
            sql, r => (r.IsDBNull(0) ? null : r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1)), values));
}
