using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// Sinks that follow one another: first, then second, then third.
public sealed class FollowerChainTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly RecordingSink _first = new();
    private readonly RecordingSink _second = new();
    private readonly RecordingSink _third = new();
    private readonly ConcurrentQueue<string> _heard = new();

    [Fact]
    public async Task A_batch_comes_to_each_sink_only_after_the_one_before_has_applied_it()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        foreach (var (sink, name) in new[] { (_first, "first"), (_second, "second"), (_third, "third") })
        {
            sink.OnApply = (c, _) => HearAsync($"{name} {c.Batch.Seq}");
            sink.OnEnd = (c, _) => HearAsync($"{name} {c.End}");
        }

        await using var silos = await StartAsync();
        for (var index = 0; index < 5; index++)
        {
            await Database.EnqueueAsync(team, "s", run, index, final: index == 4);
        }

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, "third"), _soon, "the run succeeds in the last sink");
        var heard = _heard.ToList();
        string[] marks = ["1", "2", "3", "4", "5", "Sealed"];
        foreach (var name in new[] { "first", "second", "third" })
        {
            Assert.Equal(marks.Select(m => $"{name} {m}"), heard.Where(h => h.StartsWith(name, StringComparison.Ordinal)));
        }

        Assert.All(marks, mark =>
        {
            Assert.True(heard.IndexOf($"first {mark}") < heard.IndexOf($"second {mark}"), $"{mark}: {string.Join(", ", heard)}");
            Assert.True(heard.IndexOf($"second {mark}") < heard.IndexOf($"third {mark}"), $"{mark}: {string.Join(", ", heard)}");
        });
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(team), _soon, "all three are drained");
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.parked"));
    }

    [Fact]
    public async Task A_followers_failure_never_touches_its_upstream_and_fails_the_run_behind_it()
    {
        var (team, run, next) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        _second.OnApply = (c, _) => c.Batch.Seq == 2 ? throw new InvalidOperationException("No room.") : Task.CompletedTask;
        await using var silos = await StartAsync();

        await EnqueueAsync(team, run, 3);
        await EnqueueAsync(team, next, 1);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(next, "third"), _soon, "the next run succeeds everywhere");
        Assert.Equal("succeeded", await Database.RunStateAsync(run, "first"));
        Assert.Equal("failed", await Database.RunStateAsync(run, "second"));
        Assert.Equal("failed", await Database.RunStateAsync(run, "third"));
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 1)], Attempts(_first));
        Assert.Equal([(1, 1), (2, 1), (2, 2), (2, 3), (4, 1)], Attempts(_second));
        Assert.Equal([(1, 1), (4, 1)], Attempts(_third));
        Assert.Equal("Upstream sink second: No room.", await FirstErrorAsync(run, "third"));
        Assert.Equal(
            ["first: succeeded succeeded succeeded", "second: succeeded failed skipped", "third: succeeded failed skipped"],
            await StatesAsync(run));
        Assert.Equal(0, await Database.ScalarAsync<long>(
            """
            SELECT count(*) FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.sink AS s USING (sink_id)
            WHERE s.name = 'third' AND a.outcome <> 'succeeded'
            """));
    }

    [Fact]
    public async Task An_upstreams_failed_run_ends_its_run_behind_it_after_the_batches_that_it_applied()
    {
        var (team, run, next) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        _first.OnApply = (c, _) => c.Batch.Seq == 3 ? throw new PermanentBatchException("Unreadable.") : Task.CompletedTask;
        await Database.AddFollowerAsync("second", "first");
        await Database.AddFollowerAsync("third", "second");

        // The upstream has passed all entries before its follower begins.
        await using (var ahead = await StartAsync("first"))
        {
            await EnqueueAsync(team, run, 4, """{"on_failure": "block"}""");
            await EnqueueAsync(team, next, 1);
            await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run, "first"), _soon, "the run fails upstream");
            await Database.ExecuteAsync("SELECT orleans_batch.unblock(team_id => $1, schema_id => 's', sink => 'first')", team);
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(next, "first"), _soon, "the next run succeeds upstream");
        }

        await using var silos = await StartAsync();

        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(next, "third"), _soon, "the follower's group is not blocked");
        Assert.Equal("failed", await Database.RunStateAsync(run, "second"));
        Assert.Equal([(1, 1), (2, 1), (5, 1)], Attempts(_second));
        Assert.Equal([(1, 1), (2, 1), (5, 1)], Attempts(_third));
        Assert.Equal("Upstream sink first: Unreadable.", await FirstErrorAsync(run, "second"));
        Assert.Equal("Upstream sink second: Upstream sink first: Unreadable.", await FirstErrorAsync(run, "third"));
        Assert.Equal([RunEnd.Failed, RunEnd.Sealed], _second.Ended.Select(e => e.End));
    }

    [Fact]
    public async Task A_run_that_is_ended_by_a_marker_ends_so_in_every_sink()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await using var silos = await StartAsync();
        await Database.EnqueueAsync(team, "s", run, 0);
        await Eventually.EqualsAsync(1, () => Task.FromResult(_third.Applied.Count), _soon, "the batch is through");

        await Database.ExecuteAsync("SELECT orleans_batch.cancel_run(run_id => $1, why => 'not needed')", run);

        await Eventually.EqualsAsync("cancelled", () => Database.RunStateAsync(run, "third"), _soon, "the run is cancelled everywhere");
        Assert.Equal("cancelled", await Database.RunStateAsync(run, "first"));
        Assert.Equal("cancelled", await Database.RunStateAsync(run, "second"));
        Assert.Equal([RunEnd.Cancelled], _third.Ended.Select(e => e.End));
    }

    [Theory]
    [InlineData("start", 3, 1)]
    [InlineData("tail", 1, 3)]
    public async Task A_sink_that_is_added_later_backfills_or_starts_at_the_tail(string from, int applied, int firstSeq)
    {
        var (team, old, young) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("first");
        await using (var alone = await StartAsync("first"))
        {
            await EnqueueAsync(team, old, 2);
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(old, "first"), _soon, "the run succeeds");
        }

        await Database.ExecuteAsync("SELECT orleans_batch.add_sink(name => 'second', upstream => 'first', start_at => $1)", from);
        await Eventually.UntilAsync(
            () => Database.ScalarAsync<bool>("SELECT orleans_batch.seed_sink(name => 'second')"), _soon, "the sink is seeded");
        await using var silos = await StartAsync("first", "second");
        await EnqueueAsync(team, young, 1);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(young, "second"), _soon, "the new sink has the new run");
        Assert.Equal(applied, _second.Applied.Count);
        Assert.Equal(firstSeq, _second.Applied.First().Batch.Seq);
        Assert.Equal(from == "start" ? "succeeded" : null, await Database.RunStateAsync(old, "second"));
    }

    // A run that began before the sink existed comes to the sink only in part. A part of a full refresh must never be swapped in.
    [Fact]
    public async Task A_run_that_is_open_when_a_sink_is_added_at_the_tail_is_left_out_there_and_behind_it()
    {
        var (team, open, next) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("first");
        await Database.EnqueueAsync(team, "s", open, 0, syncType: "full_refresh");
        await Database.ExecuteAsync("SELECT orleans_batch.add_sink(name => 'second', upstream => 'first', start_at => 'tail')");
        await Database.ExecuteAsync("SELECT orleans_batch.add_sink(name => 'third', upstream => 'second')");
        await Database.EnqueueAsync(team, "s", open, 1, final: true, syncType: "full_refresh");
        await EnqueueAsync(team, next, 1);

        await using var silos = await StartAsync();

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(next, "third"), _soon, "the next run succeeds everywhere");
        Assert.Equal("succeeded", await Database.RunStateAsync(open, "first"));
        Assert.All(new[] { _second, _third }, sink =>
        {
            Assert.Equal([3L], sink.Applied.Select(a => a.Batch.Seq));
            Assert.Equal([next], sink.Ended.Select(e => e.RunId));
        });
    }

    private async Task<TestSilos> StartAsync(params string[] serves)
    {
        string[] all = serves.Length > 0 ? serves : ["first", "second", "third"];
        await Database.AddSinkAsync("first");
        if (all.Contains("third"))
        {
            await Database.AddFollowerAsync("second", "first");
            await Database.AddFollowerAsync("third", "second");
        }

        return await TestSilos.StartAsync(Database, serves: all, add: silo =>
        {
            silo.Services.AddKeyedSingleton<IBatchSink>("first", _first);
            silo.Services.AddKeyedSingleton<IBatchSink>("second", _second);
            silo.Services.AddKeyedSingleton<IBatchSink>("third", _third);
        });
    }

    private async Task EnqueueAsync(long team, Guid run, int batches, string options = "{}")
    {
        for (var index = 0; index < batches; index++)
        {
            await Database.EnqueueAsync(team, "s", run, index, final: index == batches - 1, options: options);
        }
    }

    private Task HearAsync(string what)
    {
        _heard.Enqueue(what);
        return Task.CompletedTask;
    }

    private static IEnumerable<(int Seq, int Attempt)> Attempts(RecordingSink sink) =>
        sink.Applied.Select(a => ((int)a.Batch.Seq, a.Attempt));

    private Task<string?> FirstErrorAsync(Guid run, string sink) => Database.ScalarAsync<string>(
        "SELECT first_error FROM orleans_batch.run_status WHERE run_id = $1 AND sink = $2", run, sink);

    private Task<List<string>> StatesAsync(Guid run) => Database.RowsAsync(
        """
        SELECT sink || ': ' || string_agg(state, ' ' ORDER BY seq) FROM orleans_batch.batch_status
        WHERE run_id = $1 GROUP BY sink ORDER BY sink
        """,
        r => r.GetString(0), run);
}
