using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A producer's session keeps plans from when the queue was empty and vacuumed. These plans must not read the tables that fill up later.
public sealed class EmptyTablePlanTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    [Theory]
    [InlineData("SELECT orleans_batch.enqueue($1, 'group ' || $2, gen_random_uuid(), 0, 'x')")]
    [InlineData(
        """
        SELECT orleans_batch.enqueue_many(jsonb_build_array(jsonb_build_object(
          'team_id', $1, 'schema_id', 'group ' || $2, 'run_id', gen_random_uuid(), 'batch_index', 0, 'path', 'x')))
        """)]
    public async Task Session_that_enqueued_into_an_empty_queue_reads_no_whole_table_later(string call)
    {
        var team = TestIds.NextTeam();
        await database.AddSinkAsync("probe");
        await database.ExecuteAsync("TRUNCATE orleans_batch.batch_group, orleans_batch.run, orleans_batch.log_entry, orleans_batch.wakeup");
        await database.ExecuteAsync("VACUUM ANALYZE");
        await using var session = await StagedSession.BeginAsync(database);

        var before = await WholeReadsAsync(session);

        for (var group = 0; group < 30; group++)
        {
            await session.ExecuteAsync(call, team, group);
        }

        Assert.Equal(before, await WholeReadsAsync(session));
    }

    // The counters are those of the session's own open transaction, and of no other session.
    private static Task<string?> WholeReadsAsync(StagedSession session) => session.ScalarAsync<string>(
        """
        SELECT string_agg(format('%s: %s', relname, seq_scan), ', ' ORDER BY relname) FROM pg_catalog.pg_stat_xact_user_tables
        WHERE schemaname = 'orleans_batch' AND relname <> 'sink' AND seq_scan > 0
        """);
}
