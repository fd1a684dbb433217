using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class EnqueueNotifyTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task Pollers_are_told_the_whole_group_and_only_when_it_had_no_wakeup()
    {
        var sink = await database.AddSinkAsync("probe");
        List<string> heard = [];
        await using var listener = await StagedSession.OpenAsync(database);
        listener.Connection.Notification += (_, e) => heard.Add(e.Payload);
        await listener.ExecuteAsync("LISTEN orleans_batch_wakeup");

        await database.EnqueueAsync(_team, "orders", _run, 0);
        await HearAsync(listener, heard, "after the first");
        await database.EnqueueAsync(_team, "orders", _run, 1);
        await database.ExecuteAsync("SELECT orleans_batch.seal_run($1)", _run);
        await HearAsync(listener, heard, "after the next");
        await database.EnqueueAsync(_team, "invoices", Guid.NewGuid(), 0);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await HearAsync(listener, heard, "at the end");

        var orders = $"{await database.GroupIdAsync(_team, "orders")} {_team} {sink} orders";
        var invoices = $"{await database.GroupIdAsync(_team, "invoices")} {_team} {sink} invoices";
        Assert.Equal([orders, "after the first", "after the next", invoices, orders, "at the end"], heard);
    }

    // Notifications arrive in commit order, so once the mark is heard, everything before it was.
    private async Task HearAsync(StagedSession listener, List<string> heard, string mark)
    {
        await database.ExecuteAsync("SELECT pg_notify('orleans_batch_wakeup', $1)", mark);
        while (!heard.Contains(mark))
        {
            Assert.True(
                await listener.Connection.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken),
                $"Expected to hear \"{mark}\" within 10 s, heard: {string.Join(", ", heard)}.");
        }
    }
}
