using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// Every verb as a client grain calls it.
public sealed class OperatorGrainTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(30);
    private static readonly OperatorNote _note = new("ann", "a test");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_lists_shows_cancels_retries_and_skips()
    {
        var (failed, open, broken) = (Guid.NewGuid(), Guid.NewGuid(), true);
        var sink = new RecordingSink
        {
            OnApply = (call, _) => broken && call.Batch.RunId == failed
                ? throw new InvalidOperationException("Broken.")
                : Task.CompletedTask,
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        var queue = silos.Client.GetGrain<IBatchQueueGrain>(0);
        await queue.EnqueueAsync(Request(failed, 0) with { IsFinal = true }, Ct);
        await RunIsAsync("failed", failed);
        await queue.EnqueueAsync(Request(open, 0) with { TeamId = 8, SchemaId = "open" }, Ct);
        await RunIsAsync("running", open);

        Assert.Equal(failed, Assert.Single(await queue.ListRunsAsync(new RunFilter { State = "failed" }, Ct)).RunId);
        var shown = await queue.ShowRunAsync(failed, Ct);
        Assert.Equal(("failed", 3), (Assert.Single(shown!.Batches).State, shown.Attempts.Count));
        Assert.Null(await queue.ShowRunAsync(Guid.NewGuid(), Ct));
        Assert.Equal(2, await queue.OperateAsync(new CancelRun(open), _note, Ct));
        broken = false;
        var made = await queue.OperateAsync(new RetryRun(failed), _note, Ct);
        await RunIsAsync("succeeded", made);
        var refused = await Assert.ThrowsAsync<OperationRefusedException>(
            () => queue.OperateAsync(new SkipBatch(made, 0), _note, Ct));

        Assert.Equal("OB029", refused.SqlState);
        Assert.Contains("passed already", refused.Message, StringComparison.Ordinal);
        await queue.OperateAsync(new Pause(new PauseScope(7, null, null)), _note, Ct);
        var waiting = Guid.NewGuid();
        await queue.OperateAsync(new AddSink("later"), _note, Ct);
        await queue.EnqueueAsync(Request(waiting, 0), Ct);
        Assert.Equal(1, await queue.OperateAsync(new SkipBatch(waiting, 0, "later"), _note, Ct));
        Assert.Equal(
            ["cancel", "retry", "pause", "sink add", "skip"],
            (await Database.ActionsAsync()).Where(a => (a.Who, a.Why) == ("ann", "a test")).Select(a => a.Verb));
    }

    [Fact]
    public async Task A_client_pauses_resumes_replays_evicts_unblocks_and_examines()
    {
        await using var silos = await TestSilos.StartAsync(Database);
        var queue = silos.Client.GetGrain<IBatchQueueGrain>(0);
        var (group, run) = (new GroupKey(7, "orders"), Guid.NewGuid());
        var scope = new PauseScope(7, "orders", "probe");

        Assert.Empty(await queue.DiagnoseAsync(Ct));
        await queue.EnqueueAsync(Request(run, 0) with { IsFinal = true }, Ct);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _within, "the run ends");
        Assert.True(await queue.OperateAsync(new Pause(scope), _note, Ct));
        Assert.False(await queue.OperateAsync(new Pause(scope), _note, Ct));
        Assert.Equal(0, await queue.OperateAsync(new Resume(scope), _note, Ct));
        Assert.True(await queue.OperateAsync(new Replay(group, "probe", 1, Force: true), _note, Ct) > 0);
        Assert.False(await queue.OperateAsync(new Unblock(group, "probe"), _note, Ct));
        var refused = await Assert.ThrowsAsync<OperationRefusedException>(
            () => queue.OperateAsync(new Evict(new GroupKey(9, "x"), "probe"), _note, Ct));
        Assert.Equal("OB028", refused.SqlState);
        Assert.True(await queue.OperateAsync(new DisableSink("probe"), _note, Ct));
        Assert.Equal("disabled", Assert.Single(await queue.ListSinksAsync(Ct)).State);
        Assert.True(await queue.OperateAsync(new EnableSink("probe"), _note, Ct));
        var sink = Assert.Single(await queue.ListSinksAsync(Ct));
        Assert.Equal(("active", silos.NameOf(silos.Handles[0])), (sink.State, Assert.Single(sink.Silos)));
        Assert.Equal(
            ["pause", "resume", "replay", "sink disable", "sink enable"],
            (await Database.ActionsAsync()).Where(a => a.Who == "ann").Select(a => a.Verb));
    }

    // The result of an operation may be null.
    [Fact]
    public async Task A_client_seals_acknowledges_and_evicts_nobody()
    {
        var (failed, open) = (Guid.NewGuid(), Guid.NewGuid());
        var sink = new RecordingSink
        {
            OnApply = (call, _) => call.Batch.RunId == failed ? throw new PermanentBatchException("Broken.") : Task.CompletedTask,
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        var queue = silos.Client.GetGrain<IBatchQueueGrain>(0);
        await queue.EnqueueAsync(Request(failed, 0) with { IsFinal = true }, Ct);
        await RunIsAsync("failed", failed);
        await queue.EnqueueAsync(Request(open, 0) with { SchemaId = "open" }, Ct);

        Assert.True(await queue.OperateAsync(new AcknowledgeRun(failed), _note, Ct));
        Assert.False(await queue.OperateAsync(new AcknowledgeRun(failed), _note, Ct));
        Assert.Equal(2, await queue.OperateAsync(new SealRun(open), _note, Ct));
        await RunIsAsync("succeeded", open);
        Assert.True(await queue.OperateAsync(new AddSink("unserved"), _note, Ct) > 0);
        Assert.Null(await queue.OperateAsync(new Evict(new GroupKey(7, "open"), "unserved"), _note, Ct));
    }

    private Task RunIsAsync(string state, Guid run) =>
        Eventually.EqualsAsync(state, () => Database.RunStateAsync(run, RecordingSink.Name), _within, $"run {run} is {state}");

    private static EnqueueRequest Request(Guid run, int index) =>
        new() { TeamId = 7, SchemaId = "orders", RunId = run, BatchIndex = index, Path = "x", RowCount = 1 };
}
