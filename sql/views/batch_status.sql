-- Guarantees a row for each batch of the log in each sink, with its outcome there and its last attempt.
CREATE OR REPLACE VIEW orleans_batch.batch_status AS
SELECT g.team_id, g.schema_id, s.name AS sink, e.run_id, e.batch_index, e.seq,
  CASE
    -- The sink starts at the tail, and the run began before it.
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
  -- The detail that the state alone leaves out.
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
  -- The beginning of the attempt under way, or of the last attempt when none is under way.
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
