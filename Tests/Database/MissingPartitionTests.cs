using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class MissingPartitionTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private const string Today = "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD')";

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData("DROP TABLE orleans_batch.%I")]
    [InlineData("ALTER TABLE orleans_batch.log_entry DETACH PARTITION orleans_batch.%I")]
    public async Task Day_without_a_partition_is_refused_and_works_once_there_is_one(string remove)
    {
        await database.EnqueueAsync(_team, "before", Guid.NewGuid(), 0);
        await database.EnqueueAsync(_team, "orders", _run, 0, path: null, final: true);
        var open = Guid.NewGuid();
        await database.EnqueueAsync(_team, "orders", open, 0);
        await database.ExecuteAsync("SELECT orleans_batch.ensure_partitions()");
        await RunAsync(remove);

        await database.RefusesAsync(
            _team, "OB016", "has no partition for", () => database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0));
        await database.RefusesAsync(
            _team, "OB016", "has no partition for", () => database.ExecuteAsync("SELECT orleans_batch.seal_run($1)", open));

        await RunAsync("DROP TABLE IF EXISTS orleans_batch.%I");
        Assert.Equal(1, await database.ScalarAsync<int>("SELECT orleans_batch.ensure_partitions()"));
        Assert.Equal(3, await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0));
    }

    private Task RunAsync(string statement) =>
        database.ExecuteAsync($"DO $do$ BEGIN EXECUTE format('{statement}', 'log_entry_' || {Today}); END $do$");
}
