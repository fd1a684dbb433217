-- Guarantees the run as its producer made it. $1 run.
SELECT r.run_id, g.team_id, g.schema_id, r.state, r.sync_type, r.primary_keys, r.on_failure, r.origin_run_id, r.batch_count, r.created_at,
  r.alive_at, r.null_keys, r.lossy
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
WHERE r.run_id = $1
