-- Guarantees the run as its producer made it. $1 run.
SELECT r.run_id, g.team_id, g.schema_id, r.state, r.sync_type, r.primary_keys, r.on_failure, r.origin_run_id, r.batch_count, r.created_at,
  r.alive_at, r.null_keys, r.lossy, r.retried_as, e.first_seq, e.last_seq,
  r.cdc::text AS cdc
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
CROSS JOIN LATERAL (
  SELECT min(l.seq) AS first_seq, max(l.seq) AS last_seq FROM orleans_batch.log_entry AS l
  WHERE l.run_id = r.run_id AND l.created_at >= r.created_at - interval '1 hour'
) AS e
WHERE r.run_id = $1
