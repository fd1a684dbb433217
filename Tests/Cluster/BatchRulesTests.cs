using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A sink gets the rules of its run, whichever statement brings the batch.
public sealed class BatchRulesTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly RecordingSink _sink = new() { IsIdempotent = true };

    [Fact]
    public async Task A_batch_carries_what_its_run_accepts_in_windows_in_detail_and_in_a_replay()
    {
        // The second batch fails once, and is then taken up in detail.
        _sink.OnApply = (c, _) => c is { Batch.BatchIndex: 1, Attempt: 1, ReplayedTo: 0 }
            ? throw new InvalidOperationException("Busy.") : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        var (plain, keeping) = (Guid.NewGuid(), Guid.NewGuid());
        await EnqueueAsync(plain, "{}");
        await EnqueueAsync(keeping, """{"null_keys": "keep", "lossy": "round"}""");
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(keeping, RecordingSink.Name), _soon, "the run succeeds");
        var applied = _sink.Applied.Count;
        await Database.ScalarAsync<long>(
            "SELECT orleans_batch.replay(team_id => $1, schema_id => 's', sink => 'recording', from_seq => 1, force => true)", _team);
        await Eventually.EqualsAsync(applied + 6, () => Task.FromResult(_sink.Applied.Count), _soon, "all is applied again");

        Assert.All(_sink.Applied, a => Assert.Equal(
            a.Batch.RunId == keeping ? (NullKeyRule.Keep, LossRule.Round) : (NullKeyRule.Refuse, LossRule.Refuse),
            (a.Batch.NullKeys, a.Batch.Lossy)));
        Assert.Contains(_sink.Applied, a => a.Attempt == 2 && a.Batch.RunId == keeping);
        Assert.Contains(_sink.Applied, a => a.ReplayedTo > 0 && a.Batch.RunId == keeping);
    }

    [Fact]
    public async Task A_batch_of_a_cdc_run_carries_how_its_changes_are_read()
    {
        _sink.OnApply = (c, _) => c is { Batch.BatchIndex: 1, Attempt: 1 }
            ? throw new InvalidOperationException("Busy.") : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        var (plain, changing, softly) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await EnqueueAsync(plain, "{}");
        await EnqueueAsync(changing, """{"cdc": {"operation": "op", "sequence": "lsn"}}""", "cdc");
        await EnqueueAsync(softly, """{"cdc": {"operation": "__op", "sequence": "ts", "deletes": "soft", "history": true}}""", "cdc");
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(softly, RecordingSink.Name), _soon, "the run succeeds");

        Assert.All(_sink.Applied, a => Assert.Equal(
            a.Batch.RunId == plain ? null
                : a.Batch.RunId == changing ? new Cdc { Operation = "op", Sequence = "lsn" }
                : new Cdc { Operation = "__op", Sequence = "ts", Deletes = DeleteRule.Soft, History = true },
            a.Batch.Cdc));
        Assert.Contains(_sink.Applied, a => a.Attempt == 2 && a.Batch.RunId == softly);
        Assert.Contains("\"sequence\": \"ts\"", await ShownAsync(softly), StringComparison.Ordinal);
    }

    private async Task<string?> ShownAsync(Guid run) =>
        (await new Grains.Intake.BatchReports(Database.Source).ShowRunAsync(run, TestContext.Current.CancellationToken))!.Cdc;

    private async Task EnqueueAsync(Guid run, string options, string syncType = "append")
    {
        for (var index = 0; index < 3; index++)
        {
            await Database.EnqueueAsync(_team, "s", run, index, final: index == 2, options: options, syncType: syncType);
        }
    }
}
