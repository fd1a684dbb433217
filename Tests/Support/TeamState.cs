namespace OrleansBatch.Tests.Support;

// Everything that the database knows of a team, as one text. A call that changed nothing leaves the text as it was.
public static class TeamState
{
    public static async Task<string> StateOfAsync(this QueueDatabase database, long team) =>
        (await database.ScalarAsync<string>(
            """
            WITH g AS (SELECT * FROM orleans_batch.batch_group WHERE team_id = $1)
            SELECT jsonb_pretty(jsonb_build_object(
              'groups', (SELECT jsonb_agg(to_jsonb(g) ORDER BY g.group_id) FROM g),
              'runs', (SELECT jsonb_agg(to_jsonb(r) ORDER BY r.run_id) FROM orleans_batch.run AS r JOIN g USING (group_id)),
              'log', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.group_id, e.seq) FROM orleans_batch.log_entry AS e JOIN g USING (group_id)),
              'wakeups', (SELECT jsonb_agg(to_jsonb(w) ORDER BY w.id) FROM orleans_batch.wakeup AS w WHERE w.team_id = $1),
              'parked', (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.group_id, p.sink_id) FROM orleans_batch.parked AS p WHERE p.team_id = $1),
              'cursors', (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.group_id, c.sink_id)
                          FROM orleans_batch.sink_cursor AS c JOIN g USING (group_id)),
              'outcomes', (SELECT jsonb_agg(to_jsonb(o) ORDER BY o.run_id, o.sink_id)
                           FROM orleans_batch.sink_run AS o JOIN g USING (group_id)),
              'exceptions', (SELECT jsonb_agg(to_jsonb(x) ORDER BY x.group_id, x.seq)
                             FROM orleans_batch.batch_exception AS x JOIN g USING (group_id)),
              'requests', (SELECT jsonb_agg(to_jsonb(q) ORDER BY q.request_id)
                           FROM orleans_batch.operator_request AS q JOIN g USING (group_id)),
              'upkeep', (SELECT jsonb_agg(to_jsonb(u) ORDER BY u.group_id, u.sink_id)
                         FROM orleans_batch.upkeep AS u JOIN g USING (group_id)),
              'attempts', (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.group_id, a.finished_at)
                           FROM orleans_batch.batch_attempt AS a JOIN g USING (group_id))))
            """,
            team))!;

    // The producers' entries, without the parts that differ between teams: ids and times.
    public static Task<string?> LogOfAsync(this QueueDatabase database, long team) => database.ScalarAsync<string>(
        """
        WITH entry AS (
          SELECT g.schema_id, e.*, dense_rank() OVER (PARTITION BY e.group_id ORDER BY (SELECT min(f.seq) FROM orleans_batch.log_entry AS f
            WHERE f.run_id = e.run_id)) AS run
          FROM orleans_batch.log_entry AS e JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1
        )
        SELECT concat_ws(E'\n',
          (SELECT string_agg(concat_ws(' ', g.schema_id, 'tail', g.tail_seq), E'\n' ORDER BY g.schema_id)
           FROM orleans_batch.batch_group AS g WHERE g.team_id = $1),
          (SELECT string_agg(concat_ws(' ', e.schema_id, e.seq, e.kind, 'run', e.run, e.batch_index, e.path, e.is_final, e.origin_index),
             E'\n' ORDER BY e.schema_id, e.seq) FROM entry AS e),
          (SELECT string_agg(concat_ws(' ', k.schema_id, 'run', k.run, r.state, r.sync_type, r.primary_keys, r.last_index, r.batch_count,
             r.end_seq, r.on_failure, r.origin_run_id, r.null_keys, r.lossy), E'\n' ORDER BY k.schema_id, k.run)
           FROM (SELECT DISTINCT e.schema_id, e.run, e.run_id FROM entry AS e) AS k JOIN orleans_batch.run AS r USING (run_id)),
          (SELECT string_agg(DISTINCT concat_ws(' ', g.schema_id, 'woken for', w.sink_id), E'\n')
           FROM orleans_batch.wakeup AS w JOIN orleans_batch.batch_group AS g USING (group_id) WHERE w.team_id = $1))
        """,
        team);

    public static Task<long> WakeupsAsync(this QueueDatabase database, long team) =>
        database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.wakeup WHERE team_id = $1", team);

    public static Task<long> EntriesAsync(this QueueDatabase database, long team) =>
        database.ScalarAsync<long>(
            "SELECT count(*) FROM orleans_batch.log_entry AS e JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1",
            team);

    public static Task<int> GroupIdAsync(this QueueDatabase database, long team, string schema) =>
        database.ScalarAsync<int>("SELECT group_id FROM orleans_batch.batch_group WHERE team_id = $1 AND schema_id = $2", team, schema);
}
