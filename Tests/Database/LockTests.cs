using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The lock is taken once and given back once, by the session that has it and by no other.
public sealed class LockTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();

    [Fact]
    public async Task An_unlock_without_a_lock_sends_nothing()
    {
        await using var owner = await OpenAsync("orders");
        Assert.True(await owner.TryLockAsync());
        await using var refused = await OpenAsync("orders");
        Assert.False(await refused.TryLockAsync());

        await refused.UnlockAsync();

        Assert.Contains("pg_try_advisory_lock", await LastStatementAsync(refused.Backend), StringComparison.Ordinal);
        await owner.UnlockAsync();
        Assert.Contains("pg_advisory_unlock", await LastStatementAsync(owner.Backend), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_unlock_gives_the_lock_back()
    {
        await using var owner = await OpenAsync("orders");
        await using var other = await OpenAsync("orders");
        Assert.True(await owner.TryLockAsync());
        Assert.False(await other.TryLockAsync());

        await owner.UnlockAsync();

        Assert.True(await other.TryLockAsync());
    }

    [Fact]
    public async Task A_session_without_the_lock_can_not_give_it_back()
    {
        await using var owner = await OpenAsync("orders");
        await using var other = await OpenAsync("orders");
        Assert.True(await owner.TryLockAsync());

        Assert.False(await other.RunAsync("unlock", r => r.GetBoolean(0), other.Key.Namespace, other.Key.GroupId));

        Assert.False(await other.TryLockAsync());
    }

    [Fact]
    public async Task Owners_of_two_groups_hold_their_locks_side_by_side_and_give_them_back_one_by_one()
    {
        await using var orders = await OpenAsync("orders");
        await using var invoices = await OpenAsync("invoices");
        Assert.True(await orders.TryLockAsync());
        Assert.True(await invoices.TryLockAsync());

        await orders.UnlockAsync();

        await using var next = await OpenAsync("orders");
        await using var refused = await OpenAsync("invoices");
        Assert.True(await next.TryLockAsync());
        Assert.False(await refused.TryLockAsync());
    }

    private async Task<TestOwner> OpenAsync(string schema)
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, schema, Guid.NewGuid(), 0);
        return await TestOwner.OpenAsync(database, _team, schema);
    }

    private Task<string?> LastStatementAsync(int backend) =>
        database.ScalarAsync<string>("SELECT query FROM pg_catalog.pg_stat_activity WHERE pid = $1", backend);
}
