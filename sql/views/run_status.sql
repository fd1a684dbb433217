-- Guarantees a row for each run in each sink, with its outcome there and its counts.
CREATE OR REPLACE VIEW orleans_batch.run_status AS
SELECT r.run_id, g.team_id, g.schema_id, s.name AS sink,
  CASE WHEN o.run_id IS NULL AND n.batch_index IS NOT NULL THEN 'running' ELSE coalesce(o.state, 'waiting') END AS state,
  r.state AS run_state, r.sync_type, r.batch_count,
  coalesce(o.batches_applied, 0) AS batches_applied, coalesce(o.batches_skipped, 0) AS batches_skipped,
  CASE WHEN o.run_id IS NULL THEN 0 ELSE o.rows_applied END AS rows_applied, o.first_error, r.created_at,
  coalesce(o.started_at, n.since) AS started_at, o.finished_at,
  coalesce(o.batches_failed, 0) AS batches_failed,
  -- The run's time in the sink from its beginning to its end, or until now while the run goes on.
  coalesce(o.finished_at, CASE WHEN coalesce(o.started_at, n.since) IS NOT NULL THEN clock_timestamp() END)
    - coalesce(o.started_at, n.since) AS duration,
  r.origin_run_id, r.alive_at, o.progressed_at, r.on_failure, r.primary_keys, r.metadata, r.end_seq, r.group_id, s.sink_id,
  o.rows_announced, CASE WHEN o.run_id IS NULL THEN 0 ELSE o.rows_replaced END AS rows_replaced,
  coalesce(o.values_rounded, 0) AS values_rounded, coalesce(o.batches_differing, 0) AS batches_differing,
  o.first_error_detail, o.notes, r.null_keys, r.lossy,
  r.retried_as, CASE WHEN r.retried_as IS NOT NULL THEN coalesce(t.state, 'waiting') END AS retry_state,
  -- True when the run did not succeed here and its retry did.
  coalesce(t.state = 'succeeded' AND o.state NOT IN ('running', 'succeeded'), false) AS is_mended,
  -- Indexes that no batch has. A retry keeps the indexes of the batches that were left.
  CASE WHEN r.origin_run_id IS NULL THEN greatest(r.last_index + 1 - r.batch_count, 0) ELSE 0 END AS batches_missing,
  n.batch_index AS executing_index, n.since AS executing_since, r.cdc
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
-- A run from before a sink's start at the tail is nothing to that sink.
LEFT JOIN orleans_batch.sink AS s ON s.starts_at IS NULL OR s.starts_at <= r.created_at
LEFT JOIN orleans_batch.sink_run AS o ON o.run_id = r.run_id AND o.sink_id = s.sink_id
LEFT JOIN orleans_batch.sink_run AS t ON t.run_id = r.retried_as AND t.sink_id = s.sink_id
LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = r.group_id AND h.sink_id = s.sink_id
-- The batch of this run that is executing at this moment.
LEFT JOIN LATERAL (
  SELECT e.batch_index, c.claimed_at AS since FROM orleans_batch.sink_cursor AS c
  JOIN orleans_batch.log_entry AS e ON e.group_id = c.group_id AND e.seq = c.next_seq AND e.created_at >= c.floor_at
  WHERE c.group_id = r.group_id AND c.sink_id = s.sink_id AND c.claimed_to >= c.next_seq AND h.backend_pid IS NOT NULL
    AND e.run_id = r.run_id AND e.kind = 'batch'
  LIMIT 1
) AS n ON true;
