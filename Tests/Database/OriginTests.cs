using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A producer that repeats data under a new run names the run under which the data was enqueued first.
public sealed class OriginTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private readonly Guid _first = Guid.NewGuid();

    [Fact]
    public async Task Origin_is_kept_with_the_batch_and_its_run()
    {
        await EnqueueAsync(0, Origin(_first, 7), "append");
        await EnqueueAsync(1, Origin(Guid.Parse(_first.ToString().ToUpperInvariant()), 8), "append");
        await EnqueueAsync(2, "{}", "append");

        Assert.Equal(
            [$"{_first} 7", $"{_first} 8", ""],
            await database.RowsAsync(
                "SELECT concat_ws(' ', origin_run_id, origin_index) FROM orleans_batch.log_entry WHERE run_id = $1 ORDER BY seq",
                r => r.GetString(0), _run));
        Assert.Equal(_first, await database.ScalarAsync<Guid>("SELECT origin_run_id FROM orleans_batch.run WHERE run_id = $1", _run));
    }

    // A full refresh is staged under its origin until its end. Two origins in one run would leave half of the rows behind.
    [Fact]
    public async Task Batches_of_a_full_refresh_have_one_origin()
    {
        await EnqueueAsync(0, Origin(_first, 0), "full_refresh");

        await database.RefusesAsync(
            _team, "OB014", $"the origin of its run is {_first}", () => EnqueueAsync(1, Origin(Guid.NewGuid(), 1), "full_refresh"));

        await EnqueueAsync(1, Origin(_first, 1), "full_refresh");
        await EnqueueAsync(2, "{}", "full_refresh");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"run_id": "x", "batch_index": 0}""")]
    [InlineData("""{"run_id": "0190a1b2-0000-7000-8000-000000000001"}""")]
    [InlineData("""{"run_id": "0190a1b2-0000-7000-8000-000000000001", "batch_index": "0"}""")]
    [InlineData("""{"run_id": "0190a1b2-0000-7000-8000-000000000001", "batch_index": -1}""")]
    [InlineData("""{"run_id": "0190a1b2-0000-7000-8000-000000000001", "batch_index": 1.5}""")]
    [InlineData("""{"run_id": "0190a1b2-0000-7000-8000-000000000001", "batch_index": 2147483648}""")]
    public async Task Anything_but_a_run_id_and_an_index_is_refused(string origin) => await database.RefusesAsync(
        _team, "OB014", "The origin of batch 0", () => EnqueueAsync(0, $$"""{"origin": {{origin}} }""", "append"));

    [Theory]
    [InlineData("\"sometimes\"", "sometimes")]
    [InlineData("null", "null")]
    public async Task Unknown_rule_for_superseding_is_refused(string rule, string said) => await database.RefusesAsync(
        _team, "OB014", $"supersede \"{said}\"", () => EnqueueAsync(0, $$"""{"supersede": {{rule}} }""", "full_refresh"));

    private static string Origin(Guid run, int index) => $$"""{"origin": {"run_id": "{{run}}", "batch_index": {{index}} } }""";

    private Task<long> EnqueueAsync(int index, string options, string syncType) =>
        database.EnqueueAsync(_team, "orders", _run, index, options: options, syncType: syncType);
}
