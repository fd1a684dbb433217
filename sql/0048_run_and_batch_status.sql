-- What people ask of a run and of a batch beside their state: since when a batch executes, what a sink was never meant to get, how a retry
-- ended, and which batches are missing. New columns come behind the old ones.

CREATE OR REPLACE VIEW orleans_batch.run_status AS
SELECT r.run_id, g.team_id, g.schema_id, s.name AS sink,
  CASE WHEN o.run_id IS NULL AND n.batch_index IS NOT NULL THEN 'running' ELSE coalesce(o.state, 'waiting') END AS state,
  r.state AS run_state, r.sync_type, r.batch_count,
  coalesce(o.batches_applied, 0) AS batches_applied, coalesce(o.batches_skipped, 0) AS batches_skipped,
  CASE WHEN o.run_id IS NULL THEN 0 ELSE o.rows_applied END AS rows_applied, o.first_error, r.created_at,
  coalesce(o.started_at, n.since) AS started_at, o.finished_at,
  coalesce(o.batches_failed, 0) AS batches_failed,
  -- From its begin in the sink to its end there; of one that goes on, so far.
  coalesce(o.finished_at, CASE WHEN coalesce(o.started_at, n.since) IS NOT NULL THEN clock_timestamp() END)
    - coalesce(o.started_at, n.since) AS duration,
  r.origin_run_id, r.alive_at, o.progressed_at, r.on_failure, r.primary_keys, r.metadata, r.end_seq, r.group_id, s.sink_id,
  o.rows_announced, CASE WHEN o.run_id IS NULL THEN 0 ELSE o.rows_replaced END AS rows_replaced,
  coalesce(o.values_rounded, 0) AS values_rounded, coalesce(o.batches_differing, 0) AS batches_differing,
  o.first_error_detail, o.notes, r.null_keys, r.lossy,
  r.retried_as, CASE WHEN r.retried_as IS NOT NULL THEN coalesce(t.state, 'waiting') END AS retry_state,
  -- Whether the run did not succeed here and its retry did.
  coalesce(t.state = 'succeeded' AND o.state NOT IN ('running', 'succeeded'), false) AS is_mended,
  -- Indexes that no batch has. A retry keeps the indexes of the batches that were left.
  CASE WHEN r.origin_run_id IS NULL THEN greatest(r.last_index + 1 - r.batch_count, 0) ELSE 0 END AS batches_missing,
  n.batch_index AS executing_index, n.since AS executing_since
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
-- A run from before a sink that starts at the tail is nothing to it.
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

CREATE OR REPLACE VIEW orleans_batch.batch_status AS
SELECT g.team_id, g.schema_id, s.name AS sink, e.run_id, e.batch_index, e.seq,
  CASE
    -- The run began before the sink, which starts at the tail.
    WHEN r.created_at < s.starts_at THEN 'not_wanted'
    WHEN x.kind IN ('failed', 'skipped') THEN x.kind
    WHEN e.seq < c.next_seq THEN 'succeeded'
    WHEN e.seq = c.next_seq AND h.backend_pid IS NOT NULL AND c.claimed_to >= e.seq THEN 'executing'
    WHEN e.seq = c.next_seq AND k.reason = 'retry' THEN 'waiting_retry'
    ELSE 'waiting'
  END AS state,
  CASE WHEN e.seq = c.next_seq THEN c.attempt ELSE coalesce(a.attempt, 0) END AS attempt,
  CASE
    WHEN r.created_at < s.starts_at THEN NULL
    WHEN e.seq = c.next_seq THEN coalesce(k.error, a.error)
    WHEN x.kind IN ('failed', 'skipped') THEN x.why
    ELSE a.error
  END AS last_error,
  e.path, e.row_count, e.byte_size, e.is_final, e.created_at, a.finished_at,
  -- What the state alone does not say.
  CASE
    WHEN r.created_at < s.starts_at THEN 'the run began before the sink was added'
    WHEN x.kind IS DISTINCT FROM 'failed' AND x.kind IS DISTINCT FROM 'skipped' AND e.seq >= c.next_seq AND e.seq <= c.replay_to
      THEN 'to be replayed'
    WHEN x.kind = 'replayed' THEN 'replayed'
    WHEN x.by_operator THEN 'by an operator'
    WHEN a.outcome = 'timed_out' THEN 'timed out'
  END AS detail,
  x.who, x.why, a.outcome AS last_outcome,
  CASE
    WHEN e.seq = c.next_seq AND k.error IS NOT NULL THEN k.error_detail
    WHEN e.seq <> c.next_seq AND x.kind IN ('failed', 'skipped') THEN x.error_detail
    ELSE a.error_detail
  END AS error_detail,
  CASE WHEN a.outcome = 'succeeded' THEN a.rows_applied[(e.seq - a.from_seq)::int + 1] END AS rows_applied,
  CASE WHEN a.outcome = 'succeeded' THEN a.rows_replaced[(e.seq - a.from_seq)::int + 1] END AS rows_replaced,
  CASE WHEN a.outcome = 'succeeded' THEN coalesce(a.values_rounded[(e.seq - a.from_seq)::int + 1], 0) END AS values_rounded,
  -- When the attempt under way began; of a batch that is not executing, the last one.
  CASE WHEN e.seq = c.next_seq AND h.backend_pid IS NOT NULL AND c.claimed_to >= e.seq THEN c.claimed_at ELSE a.started_at END AS started_at
FROM orleans_batch.log_entry AS e
JOIN orleans_batch.batch_group AS g ON g.group_id = e.group_id
LEFT JOIN orleans_batch.run AS r ON r.run_id = e.run_id
LEFT JOIN orleans_batch.sink AS s ON true
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = e.group_id AND c.sink_id = s.sink_id
LEFT JOIN orleans_batch.parked AS k ON k.group_id = e.group_id AND k.sink_id = s.sink_id
LEFT JOIN orleans_batch.batch_exception AS x ON x.group_id = e.group_id AND x.sink_id = s.sink_id AND x.seq = e.seq
LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = e.group_id AND h.sink_id = s.sink_id AND e.seq = c.next_seq
LEFT JOIN LATERAL (
  SELECT t.attempt, t.error, t.outcome, t.started_at, t.finished_at, t.error_detail, t.from_seq, t.rows_applied, t.rows_replaced,
    t.values_rounded
  FROM orleans_batch.batch_attempt AS t
  WHERE t.group_id = e.group_id AND t.sink_id = s.sink_id AND t.to_seq >= e.seq AND t.from_seq <= e.seq
  ORDER BY t.to_seq, t.finished_at DESC
  LIMIT 1
) AS a ON true
WHERE e.kind = 'batch';
