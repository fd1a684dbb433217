-- Guarantees how a run stands: group, sync type, state at the producer's, state in the sinks, batches, the most that a sink applied, rows
-- announced, lake of its call. $1 run.
SELECT r.run_id, g.team_id, g.schema_id, r.sync_type, r.state, orleans_batch.run_standing(r), r.batch_count,
  coalesce((SELECT max(o.batches_applied) FROM orleans_batch.sink_run AS o WHERE o.run_id = r.run_id), 0),
  coalesce((SELECT sum(e.row_count) FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.created_at >= r.created_at - interval '1 hour'), 0)::bigint,
  c.lake
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
LEFT JOIN orleans_batch.load_call AS c ON c.run_id = r.run_id
WHERE r.run_id = $1
