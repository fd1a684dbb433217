namespace OrleansBatch.Tests.Support;

// A queue in full work with two months of history: each group has a hundred finished entries, over sixty partitions, and ten waiting.
// The queue is smaller than a real one in every run.
// ORLEANSBATCH_TEST_GROUPS=100000 makes 1,000,000 waiting and 10,000,000 finished entries.
public sealed class SeededDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    public const string GroupsVariable = "ORLEANSBATCH_TEST_GROUPS";

    public static int Groups { get; } =
        int.TryParse(Environment.GetEnvironmentVariable(GroupsVariable), System.Globalization.CultureInfo.InvariantCulture, out var groups)
            ? groups
            : 2_000;

    public QueueDatabase Database { get; } = new(postgres);

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await Database.AddSinkAsync("probe");
        await using var connection = await Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await RunAsync("SET synchronous_commit = off");
        await RunAsync(
            """
            DO $do$
            DECLARE
              day date;
              parent text;
            BEGIN
              FOR day IN SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date - d FROM generate_series(2, 60) AS d LOOP
                FOREACH parent IN ARRAY ARRAY['log_entry', 'batch_attempt'] LOOP
                  -- The template may be of the day before.
                  CONTINUE WHEN to_regclass(format('orleans_batch.%I', parent || '_' || to_char(day, 'YYYYMMDD'))) IS NOT NULL;
                  EXECUTE format('CREATE TABLE orleans_batch.%I PARTITION OF orleans_batch.%I FOR VALUES FROM (%L) TO (%L)',
                    parent || '_' || to_char(day, 'YYYYMMDD'), parent,
                    day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
                END LOOP;
              END LOOP;
            END $do$
            """);
        await RunAsync(
            $"""
            INSERT INTO orleans_batch.batch_group (team_id, schema_id, tail_seq, last_created_at)
            SELECT 1 + g % 1000, 'schema ' || g, 110, clock_timestamp() FROM generate_series(1, {Groups}) AS g
            """);
        await RunAsync(
            """
            INSERT INTO orleans_batch.run
              (run_id, group_id, sync_type, primary_keys, state, last_index, batch_count, end_seq, on_failure, created_at, alive_at)
            SELECT md5(g.group_id || '/' || r)::uuid, g.group_id, 'append', '{}', 'sealed', 9, 10, r * 10 + 10, 'continue', t.at, t.at
            FROM generate_series(0, 10) AS r, orleans_batch.batch_group AS g,
              LATERAL (SELECT clock_timestamp() - make_interval(days => 60 - r * 6) AS at) AS t
            """);

        // The history is written day by day, so that a partition is filled while its indexes are in memory.
        for (var day = 60; day >= 1; day--)
        {
            await RunAsync(
                $"""
                INSERT INTO orleans_batch.log_entry
                  (group_id, seq, kind, run_id, batch_index, path, row_count, byte_size, is_final, created_at)
                SELECT g.group_id, s, 'batch', md5(g.group_id || '/' || (s - 1) / 10)::uuid, (s - 1) % 10,
                  '/data/' || g.group_id || '/' || s, 1000, 100000, s % 10 = 0,
                  ((clock_timestamp() AT TIME ZONE 'UTC')::date - {day} + interval '1 hour' + make_interval(secs => s)) AT TIME ZONE 'UTC'
                FROM orleans_batch.batch_group AS g,
                  generate_series({((60 - day) * 100 + 59) / 60 + 1}, {((61 - day) * 100 + 59) / 60}) AS s
                """);
        }

        await RunAsync(
            """
            INSERT INTO orleans_batch.log_entry
              (group_id, seq, kind, run_id, batch_index, path, row_count, byte_size, is_final, created_at)
            SELECT g.group_id, s, 'batch', md5(g.group_id || '/' || (s - 1) / 10)::uuid, (s - 1) % 10, '/data/' || g.group_id || '/' || s,
              1000, 100000, s % 10 = 0, clock_timestamp()
            FROM orleans_batch.batch_group AS g, generate_series(101, 110) AS s;

            INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, next_seq, applied_seq, epoch, floor_at)
            SELECT g.group_id, 1, 101, 100, 1, g.last_created_at - interval '1 day' FROM orleans_batch.batch_group AS g;

            INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, batches_applied, started_at, finished_at)
            SELECT r.run_id, 1, r.group_id, 'succeeded', 10, r.created_at, r.created_at FROM orleans_batch.run AS r WHERE r.end_seq <= 100;

            INSERT INTO orleans_batch.batch_attempt
              (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch)
            SELECT r.group_id, 1, r.end_seq - 9, r.end_seq, 1, 'succeeded', r.created_at, r.created_at, 'silo', 1
            FROM orleans_batch.run AS r WHERE r.end_seq <= 100;

            INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
            SELECT g.team_id, g.group_id, 1 FROM orleans_batch.batch_group AS g, generate_series(1, 10);

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
        await RunAsync("VACUUM ANALYZE");

        async Task RunAsync(string sql)
        {
            await using var command = connection.Command(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
