using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Upgrade;

// What silos of a released version left in the middle is worked off by those of this version: all of it, once, and in order.
public sealed class LeftWorkTests(PostgresFixture postgres)
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // An owner reads entries from yesterday on; older ones take another way. 400 days: long after retention would have dropped them.
    [Theory]
    [InlineData("0038", 1)]
    [InlineData("0038", 400)]
    [InlineData("0058", 20)]
    public async Task All_that_was_left_is_applied_once_and_in_order(string version, int daysAgo)
    {
        await using var database = await ReleasedDump.LoadAsync(postgres, version, daysAgo);
        await Migrator.MigrateAsync(database.Source, Ct);
        var (probe, mirror) = (new RecordingSink { IsIdempotent = true }, new RecordingSink());
        await using var silos = await StartAsync(database, probe, mirror);

        await OperateAsync(database);
        await Eventually.EqualsAsync("", () => UnfinishedAsync(database), _within, "all groups are worked off");

        Assert.Equal(Told(LeftWork.Groups.Select(g => (g.Key, g.Value.Probe))), Told(Applied(probe)));
        Assert.Equal(Told(LeftWork.Groups.Select(g => (g.Key, g.Value.Mirror))), Told(Applied(mirror)));
        await RecordIsTrueAsync(database);
    }

    // What the claim's attempt may have done is repeated under the same origin, so that the sink recognises it.
    [Theory]
    [MemberData(nameof(ReleasedDump.Versions), MemberType = typeof(ReleasedDump))]
    public async Task A_batch_that_was_in_work_comes_again_with_its_origin_and_a_higher_epoch(string version)
    {
        await using var database = await ReleasedDump.LoadAsync(postgres, version);
        var old = await database.ScalarAsync<long>(
            """
            SELECT c.epoch FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id)
            WHERE g.schema_id = 'claimed' AND c.sink_id = 1
            """);
        await Migrator.MigrateAsync(database.Source, Ct);
        var probe = new RecordingSink { IsIdempotent = true };
        await using var silos = await StartAsync(database, probe, new RecordingSink());

        await Eventually.UntilAsync(
            () => Task.FromResult(probe.Applied.Any(a => a.Batch is { Group.SchemaId: "claimed", Seq: 4 })), _within, "the run is applied");

        var again = probe.Applied.Single(a => a.Batch is { Group.SchemaId: "claimed", Seq: 3 });
        Assert.True(again.FencingToken > old, $"epoch {again.FencingToken} after {old}");
        Assert.Equal(
            (await database.ScalarAsync<Guid>("SELECT md5('claimed')::uuid"), 2), (again.Batch.OriginRunId, again.Batch.OriginIndex));
        Assert.Equal(1, await database.ScalarAsync<long>(
            """
            SELECT count(*) FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
            WHERE g.schema_id = 'claimed' AND a.from_seq = 3 AND a.outcome = 'lost'
            """));
    }

    private static Task<TestSilos> StartAsync(QueueDatabase database, RecordingSink probe, RecordingSink mirror) => TestSilos.StartAsync(
        database,
        count: 2,
        configure: o =>
        {
            // However old the dump is made to be, nothing of it is dropped, and no producer counts as dead.
            o.RetainFor = o.RetainHistoryFor = o.StrandedAfter = TimeSpan.FromDays(10_000);
        },
        serves: ["probe", "mirror"],
        add: silo => silo.Services.AddKeyedSingleton<IBatchSink>("probe", probe).AddKeyedSingleton<IBatchSink>("mirror", mirror));

    // What operators and producers have yet to do; a silo that is not ready and one that backs off have waited long enough.
    private static Task OperateAsync(QueueDatabase database) => database.ExecuteAsync(
        """
        DO $$
        BEGIN
          UPDATE orleans_batch.parked SET until = clock_timestamp() WHERE until IS NOT NULL;
          PERFORM orleans_batch.unblock(1, 'blocked', 'probe');
          PERFORM orleans_batch.resume(team_id => 1, schema_id => 'paused');
          PERFORM orleans_batch.resume(team_id => 1, schema_id => 'stranded_waiting');
          PERFORM orleans_batch.resume(team_id => 2);
          PERFORM orleans_batch.enqueue(1, 'open', md5('open')::uuid, 2, 'in/open/2.parquet', is_final => true);
          PERFORM orleans_batch.enqueue(
            1, 'open_refresh', md5('open_refresh')::uuid, 2, 'in/open_refresh/2.parquet', is_final => true, sync_type => 'full_refresh');
        END $$
        """);

    private static async Task<string> UnfinishedAsync(QueueDatabase database) => string.Join(", ", await database.RowsAsync(
        """
        SELECT format('%s in %s is %s at %s', s.schema_id, s.sink, s.state, s.next_seq) FROM orleans_batch.group_status AS s
        WHERE s.sink IN ('probe', 'mirror') AND s.state <> 'idle' ORDER BY 1
        """,
        r => r.GetString(0)));

    private static IEnumerable<(string Schema, long[] Seqs)> Applied(RecordingSink sink) =>
        sink.Applied.GroupBy(a => a.Batch.Group.SchemaId).Select(g => (g.Key, g.Select(a => a.Batch.Seq).ToArray()));

    private static string Told(IEnumerable<(string Schema, long[] Seqs)> groups) => string.Join(
        '\n', groups.Where(g => g.Seqs.Length > 0).Select(g => $"{g.Schema}: {string.Join(' ', g.Seqs)}").Order(StringComparer.Ordinal));

    // The queue's own account: every batch has ended, and every run came to what it had to.
    private static async Task RecordIsTrueAsync(QueueDatabase database)
    {
        Assert.Empty(await database.RowsAsync(
            """
            SELECT format('%s %s in %s is %s', b.schema_id, b.seq, b.sink, b.state) FROM orleans_batch.batch_status AS b
            WHERE b.sink IN ('probe', 'mirror') AND b.state NOT IN ('succeeded', 'failed', 'skipped', 'not_wanted')
            """,
            r => r.GetString(0)));
        foreach (var (run, state) in LeftWork.Runs)
        {
            Assert.Equal(
                (run, state),
                (run, await database.ScalarAsync<string>(
                    "SELECT s.state FROM orleans_batch.run_status AS s WHERE s.run_id = md5($1)::uuid AND s.sink = 'probe'", run)));
        }

        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.operator_request WHERE done_at IS NULL"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink_cursor WHERE sink_id = 3"));
    }
}
