using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// Pauses and skips, seen by real owners at their next boundary.
public sealed class OperatorBoundaryTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly RecordingSink _sink = new();

    [Fact]
    public async Task A_pause_lets_the_running_batch_end_and_nothing_begin_also_after_a_restart_and_in_new_groups()
    {
        var (run, other) = (Guid.NewGuid(), Guid.NewGuid());
        var go = new TaskCompletionSource();
        _sink.OnApply = (_, ct) => go.Task.WaitAsync(ct);
        await using (var silos = await TestSilos.StartAsync(Database, sink: _sink))
        {
            await EnqueueAsync("s", run, 3);
            await Eventually.EqualsAsync(1, () => Task.FromResult(_sink.Applied.Count), _soon, "the first batch runs");
            Assert.True(await Database.ScalarAsync<bool>("SELECT orleans_batch.pause(team_id => $1, why => 'a check')", _team));
            go.SetResult();
            await Eventually.EqualsAsync("paused", () => StateAsync("s"), _soon, "the group is parked");
        }

        await using var restarted = await TestSilos.StartAsync(Database, sink: _sink);
        await EnqueueAsync("new", other, 1);
        await Eventually.EqualsAsync("paused", () => StateAsync("new"), _soon, "the new group is parked");
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), _soon, "no poll looks at them any more");
        Assert.Single(_sink.Applied);

        Assert.Equal(2, await Database.ScalarAsync<int>("SELECT orleans_batch.resume(team_id => $1)", _team));

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the group goes on");
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(other, RecordingSink.Name), _soon, "so does the new one");
        Assert.All(_sink.Applied, a => Assert.Equal(1, a.Attempt));
    }

    [Fact]
    public async Task A_batch_that_waits_for_its_next_attempt_is_skipped_at_once_and_the_run_goes_on()
    {
        var run = Guid.NewGuid();
        _sink.OnApply = (c, _) => c.Batch.Seq == 2 ? throw new InvalidOperationException("Broken.") : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink, configure: o =>
        {
            o.BackoffCap = o.BackoffBase = TimeSpan.FromHours(1000);
        });
        await EnqueueAsync("s", run, 3);
        await Eventually.EqualsAsync("waiting_retry", () => StateAsync("s"), _soon, "the batch waits for its next attempt");

        await SkipAsync(run, 1);

        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds without it");
        Assert.Equal([1, 2, 3], _sink.Applied.Select(a => a.Batch.Seq));
        Assert.Equal(["succeeded", "skipped alice it is broken", "succeeded"], await StatesAsync(run));
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT batches_skipped FROM orleans_batch.run_status WHERE run_id = $1", run));
    }

    [Fact]
    public async Task A_run_whose_last_batch_is_skipped_ends_as_if_it_had_been_applied()
    {
        var run = Guid.NewGuid();
        _sink.OnApply = (c, _) => c.Batch.IsFinal ? throw new SinkNotReadyException("Not now.", TimeSpan.FromHours(1)) : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await EnqueueAsync("s", run, 2);
        await Eventually.EqualsAsync("not_ready", () => StateAsync("s"), _soon, "the last batch waits");

        await SkipAsync(run, 1);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        var end = Assert.Single(_sink.Ended);
        Assert.Equal((RunEnd.Sealed, 2L, 1L), (end.End, end.Seq, end.AppliedSeq));
        Assert.Equal(["succeeded", "skipped alice it is broken"], await StatesAsync(run));
    }

    [Fact]
    public async Task A_request_is_complied_with_while_the_group_is_paused()
    {
        var run = Guid.NewGuid();
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.ScalarAsync<bool>("SELECT orleans_batch.pause(team_id => $1, why => 'a check')", _team);
        await EnqueueAsync("s", run, 2);
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await Eventually.EqualsAsync("paused", () => StateAsync("s"), _soon, "the group is parked");

        await SkipAsync(run, 0);

        await Eventually.EqualsAsync(
            "Skipped.", () => Database.ScalarAsync<string>("SELECT outcome FROM orleans_batch.operator_request"), _soon,
            "the skip is done");
        await Eventually.EqualsAsync(
            (0L, "paused"), async () => (await Database.WakeupsAsync(_team), await StateAsync("s")), _soon, "the group is parked again");
        Assert.Empty(_sink.Applied);
        await Database.ExecuteAsync("SELECT orleans_batch.resume(team_id => $1)", _team);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal([2], _sink.Applied.Select(a => a.Batch.Seq));
    }

    private async Task EnqueueAsync(string schema, Guid run, int batches)
    {
        for (var index = 0; index < batches; index++)
        {
            await Database.EnqueueAsync(_team, schema, run, index, final: index == batches - 1);
        }
    }

    private Task SkipAsync(Guid run, int index) => Database.ExecuteAsync(
        "SELECT orleans_batch.skip_batch(run_id => $1, batch_index => $2, who => 'alice', why => 'it is broken')", run, index);

    private Task<string?> StateAsync(string schema) => Database.ScalarAsync<string>(
        "SELECT state FROM orleans_batch.group_status WHERE team_id = $1 AND schema_id = $2 AND sink = 'recording'", _team, schema);

    private Task<List<string>> StatesAsync(Guid run) => Database.RowsAsync(
        "SELECT concat_ws(' ', state, who, why) FROM orleans_batch.batch_status WHERE run_id = $1 ORDER BY seq", r => r.GetString(0), run);
}
