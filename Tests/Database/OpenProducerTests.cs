using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A producer that keeps its transaction open delays other producers of its group, never the owner.
public sealed class OpenProducerTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_producer_delays_no_statement_of_the_owner()
    {
        await database.AddSinkAsync("probe");
        for (var index = 0; index < 5; index++)
        {
            await database.EnqueueAsync(_team, "orders", _run, index);
        }

        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "orders", _run, 5, final: true);
        await producer.ExecuteAsync("SELECT FROM orleans_batch.run WHERE run_id = $1 FOR UPDATE", _run);

        await using var owner = await TestOwner.OpenAsync(database, _team, "orders");
        await owner.SetAsync("SET lock_timeout = '1s'");
        Assert.True(await owner.TryLockAsync());
        Assert.False(await owner.Cursor.IsParkedAsync(Ct));
        Assert.False(await owner.Cursor.OwnAsync(Ct));
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.Zero);
        await owner.Cursor.AdvanceAsync(await owner.ClaimAsync(), new(), Ct);
        await owner.ClaimAsync();
        Assert.True(await owner.Cursor.OwnAsync(Ct), "The unfinished claim is recorded as a loss.");
        await owner.Cursor.BeatAsync();
        await owner.FailAsync(await owner.ClaimAsync(), "It failed.");
        await owner.SkipAsync(await owner.FetchAsync(), "The run has ended here: failed.");
        Assert.False(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));
        await owner.ApplyAllAsync();
        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));
        await owner.Cursor.LeaveAsync(Ct);
        await owner.UnlockAsync();

        await producer.CommitAsync();
        Assert.Equal(1, await database.WakeupsAsync(_team));
    }

    [Fact]
    public async Task Open_producer_delays_no_producer_of_another_group()
    {
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "orders", _run, 0);
        await using var other = await StagedSession.OpenAsync(database);
        await other.ExecuteAsync("SET lock_timeout = '1s'");

        Assert.Equal(1, await other.EnqueueAsync(_team, "invoices", Guid.NewGuid(), 0));
    }

    // The owner's open statements on its cursor, outcome and wakeups hold up no producer.
    [Fact]
    public async Task Open_owner_delays_no_producer_of_its_group()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        var entry = await owner.ClaimAsync();
        await owner.BeginAsync();
        await owner.Cursor.AdvanceAsync(entry, new(), Ct);
        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));
        await using var producer = await StagedSession.OpenAsync(database);
        await producer.ExecuteAsync("SET lock_timeout = '1s'");

        Assert.Equal(2, await producer.EnqueueAsync(_team, "orders", _run, 1, final: true));

        await owner.CommitAsync();
        Assert.Equal(1, await database.WakeupsAsync(_team));
    }
}
