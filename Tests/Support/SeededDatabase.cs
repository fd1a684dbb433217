namespace OrleansBatch.Tests.Support;

// A queue with enough in it that a plan which reads a whole table costs more than one that doesn't.
public sealed class SeededDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    public const int Groups = 20_000;

    public QueueDatabase Database { get; } = new(postgres);

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await Database.AddSinkAsync("probe");
        await Database.ExecuteAsync(
            $"""
            INSERT INTO orleans_batch.batch_group (team_id, schema_id, tail_seq, last_created_at)
            SELECT g % 200, 'schema ' || g, 5, clock_timestamp() FROM generate_series(1, {Groups}) AS g;

            INSERT INTO orleans_batch.run (run_id, group_id, sync_type, primary_keys, last_index, batch_count, on_failure, created_at, alive_at)
            SELECT md5(g.group_id::text)::uuid, g.group_id, 'append', '{"{}"}', 4, 5, 'continue', clock_timestamp(), clock_timestamp()
            FROM orleans_batch.batch_group AS g;

            INSERT INTO orleans_batch.log_entry (group_id, seq, kind, run_id, batch_index, path, created_at)
            SELECT r.group_id, s, 'batch', r.run_id, s - 1, 'x', clock_timestamp()
            FROM orleans_batch.run AS r, generate_series(1, 5) AS s;

            INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, next_seq, epoch, floor_at)
            SELECT g.group_id, 1, 3, 1, g.last_created_at - interval '1 hour' FROM orleans_batch.batch_group AS g;

            INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id) SELECT r.run_id, 1, r.group_id FROM orleans_batch.run AS r;

            INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
            SELECT g.team_id, g.group_id, 1 FROM orleans_batch.batch_group AS g;

            INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason)
            SELECT g.group_id, 1, g.team_id, CASE WHEN g.group_id % 4 > 0 THEN clock_timestamp() + make_interval(secs => g.group_id) END,
              CASE WHEN g.group_id % 4 > 0 THEN 'retry' ELSE 'blocked' END
            FROM orleans_batch.batch_group AS g WHERE g.group_id % 2 = 0;

            INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why)
            SELECT g.group_id, 1, s, 'skipped', 'somebody', 'seeded' FROM orleans_batch.batch_group AS g, generate_series(1, 2) AS s;

            INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why, done_at, outcome)
            SELECT g.group_id, 1, 'skip', 1, 'somebody', 'seeded', CASE WHEN g.group_id % 3 > 0 THEN clock_timestamp() END,
              CASE WHEN g.group_id % 3 > 0 THEN 'Skipped.' END
            FROM orleans_batch.batch_group AS g;

            INSERT INTO orleans_batch.pause (team_id, schema_id, who, why)
            SELECT g.team_id, g.schema_id, 'somebody', 'seeded' FROM orleans_batch.batch_group AS g WHERE g.group_id % 5 = 0;
            """);
        await Database.ExecuteAsync("VACUUM ANALYZE");
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
