using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class EvictTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();

    [Fact]
    public async Task Evicting_ends_the_session_that_holds_the_group_and_no_other()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        List<TestOwner> others = [];
        for (var group = 0; group < 8; group++)
        {
            await database.EnqueueAsync(_team, $"group {group}", Guid.NewGuid(), 0);
            others.Add(await TestOwner.OwnAsync(database, _team, $"group {group}", "silo-b"));
        }

        await using var stuck = await TestOwner.OwnAsync(database, _team, "orders");

        Assert.Equal(stuck.Backend, await EvictAsync("orders"));

        await Assert.ThrowsAnyAsync<Exception>(() => stuck.FetchAsync());
        foreach (var other in others)
        {
            Assert.Equal(1, (await other.FetchAsync()).Seq);
            await other.DisposeAsync();
        }

        await Eventually.UntilAsync(
            async () => await database.ScalarAsync<long>(
                "SELECT count(*) FROM orleans_batch.lock_owner WHERE team_id = $1 AND schema_id = 'orders'", _team) == 0,
            TimeSpan.FromSeconds(10), "the lock is free");
        Assert.Equal(["evict, ann, hangs"], await database.ActionsAsync($"group {_team}/orders in sink probe"));
    }

    [Fact]
    public async Task Evicting_a_group_that_nobody_holds_does_nothing()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);

        Assert.Null(await EvictAsync("orders"));

        Assert.Empty(await database.ActionsAsync($"group {_team}/orders"));
    }

    [Fact]
    public async Task Unknown_group_and_sink_are_refused()
    {
        await database.AddSinkAsync("probe");
        await database.RefusesAsync(_team, "OB028", "There is no group", () => EvictAsync("orders"));

        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await database.RefusesAsync(_team, "OB026", "no sink named \"lake\"", () => EvictAsync("orders", "lake"));
    }

    private async Task<int?> EvictAsync(string schema, string sink = "probe") =>
        Assert.Single(await database.RowsAsync(
            "SELECT orleans_batch.evict($1, $2, $3, who => 'ann', why => 'hangs')",
            r => r.IsDBNull(0) ? (int?)null : r.GetInt32(0),
            _team, schema, sink));
}
