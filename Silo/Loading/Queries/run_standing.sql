-- Guarantees a run's group, sync type, states, counts and lake, and whether the run is a retry.
-- The states are the producer's and the one of all sinks. The applied count is the highest of any sink, retried runs included.
-- A retry has the lake of the first call.
-- $1 run.
SELECT r.run_id, g.team_id, g.schema_id, r.sync_type, r.state, orleans_batch.run_standing(r), r.batch_count,
  coalesce((SELECT max(o.batches_applied) FROM orleans_batch.sink_run AS o WHERE o.run_id = r.run_id), 0)
    + coalesce((SELECT max(o.batches_applied) FROM orleans_batch.run AS x JOIN orleans_batch.sink_run AS o ON o.run_id = x.run_id
      WHERE x.retried_as = r.run_id), 0),
  coalesce((SELECT sum(e.row_count) FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.created_at >= r.created_at - interval '1 hour'), 0)::bigint,
  (SELECT c.lake FROM orleans_batch.load_call AS c WHERE c.run_id IN (r.run_id, r.origin_run_id) ORDER BY c.run_id = r.run_id DESC LIMIT 1),
  EXISTS (SELECT FROM orleans_batch.run AS x WHERE x.retried_as = r.run_id)
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
WHERE r.run_id = $1
