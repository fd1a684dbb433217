namespace OrleansBatch.Tests.Support;

// An owner's records, written without an owner.
public static class OwnersWork
{
    // The sink has passed everything below the seq.
    public static Task PassAsync(this QueueDatabase database, long team, string schema, short sink, long nextSeq) => database.ExecuteAsync(
        """
        INSERT INTO orleans_batch.sink_cursor AS c (group_id, sink_id, next_seq, epoch)
        SELECT g.group_id, $3, $4, 1 FROM orleans_batch.batch_group AS g WHERE g.team_id = $1 AND g.schema_id = $2
        ON CONFLICT ON CONSTRAINT sink_cursor_pk DO UPDATE SET next_seq = EXCLUDED.next_seq
        """,
        team, schema, sink, nextSeq);

    public static Task EndAsync(this QueueDatabase database, Guid run, short sink, string state, int applied = 0) => database.ExecuteAsync(
        """
        INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, batches_applied, finished_at)
        SELECT r.run_id, $2, r.group_id, $3, $4, CASE WHEN $3 <> 'running' THEN clock_timestamp() END
        FROM orleans_batch.run AS r WHERE r.run_id = $1
        """,
        run, sink, state, applied);

    // The batch did not succeed there: failed or skipped.
    public static Task ExceptAsync(this QueueDatabase database, Guid run, int index, short sink, string kind, bool byOperator = false) =>
        database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why, by_operator)
            SELECT e.group_id, $3, e.seq, $4, 'silo-a', 'It failed.', $5
            FROM orleans_batch.log_entry AS e WHERE e.run_id = $1 AND e.batch_index = $2
            """,
            run, index, sink, kind, byOperator);

    // Makes the run and its group look as though nothing had happened there for that long.
    public static Task AgeAsync(this QueueDatabase database, Guid run, int hours) => database.ExecuteAsync(
        """
        WITH aged AS (
          UPDATE orleans_batch.run SET alive_at = clock_timestamp() - make_interval(hours => $2) WHERE run_id = $1 RETURNING group_id
        )
        UPDATE orleans_batch.sink_cursor AS c
        SET progressed_at = clock_timestamp() - make_interval(hours => $2), heartbeat_at = clock_timestamp() - make_interval(hours => $2)
        FROM aged AS a WHERE c.group_id = a.group_id
        """,
        run, hours);

    public static Task<string?> StateOfRunAsync(this QueueDatabase database, Guid run) =>
        database.ScalarAsync<string>("SELECT state FROM orleans_batch.run WHERE run_id = $1", run);

    public static Task<List<string>> KindsAsync(this QueueDatabase database, long team) => database.RowsAsync(
        """
        SELECT e.kind FROM orleans_batch.log_entry AS e JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 ORDER BY g.schema_id, e.seq
        """,
        r => r.GetString(0), team);

    // The verbs on record for a subject in which a word begins with the text, with operator and reason.
    public static Task<List<string>> ActionsAsync(this QueueDatabase database, string subject) => database.RowsAsync(
        """
        SELECT concat_ws(', ', verb, who, why) FROM orleans_batch.operator_action
        WHERE ' ' || subject LIKE '% ' || $1 || '%' ORDER BY action_id
        """,
        r => r.GetString(0), subject);
}
