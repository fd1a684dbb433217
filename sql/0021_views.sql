-- The views once more, with what operators decided, what followers wait for, and how long runs took. New columns come behind the old ones.

DROP VIEW orleans_batch.group_status;
CREATE VIEW orleans_batch.group_status AS
SELECT p.team_id, p.schema_id, p.sink,
  CASE WHEN p.state IN ('executing', 'waiting_retry') THEN p.unfinished - 1 ELSE p.unfinished END AS waiting,
  p.state, p.next_seq, p.epoch, p.owner, p.heartbeat_at, p.retry_at, p.paused, p.attempt, p.losses, p.applied_seq, p.tail_seq,
  p.last_error, p.oldest_waiting_at, p.group_id, p.sink_id, p.upstream, p.ready_to, p.replay_to, p.progressed_at, p.paused_by
FROM (
  SELECT g.team_id, g.schema_id, s.name AS sink, g.tail_seq - coalesce(c.next_seq, 1) + 1 AS unfinished,
    CASE
      WHEN h.backend_pid IS NOT NULL AND c.claimed_to >= c.next_seq THEN 'executing'
      WHEN k.reason = 'retry' THEN 'waiting_retry'
      WHEN k.reason IS NOT NULL THEN k.reason
      WHEN g.tail_seq >= coalesce(c.next_seq, 1) THEN 'waiting'
      ELSE 'idle'
    END AS state,
    coalesce(c.next_seq, 1) AS next_seq, coalesce(c.epoch, 0) AS epoch,
    CASE WHEN h.backend_pid IS NOT NULL THEN c.owner END AS owner,
    c.heartbeat_at, k.until AS retry_at,
    -- Also before the owner has come to a boundary, and in a group that has nothing to do.
    coalesce(k.reason = 'paused', false) OR z.paused_by IS NOT NULL AS paused,
    coalesce(c.attempt, 0) AS attempt, coalesce(c.losses, 0) AS losses, coalesce(c.applied_seq, 0) AS applied_seq, g.tail_seq,
    k.error AS last_error,
    (SELECT e.created_at FROM orleans_batch.log_entry AS e
     WHERE e.group_id = g.group_id AND e.seq = coalesce(c.next_seq, 1) AND e.created_at >= coalesce(c.floor_at, '-infinity')
    ) AS oldest_waiting_at,
    g.group_id, s.sink_id, u.name AS upstream,
    -- The last entry that the sink may work on: a follower waits for its upstream.
    CASE WHEN s.upstream_id IS NULL THEN g.tail_seq ELSE least(g.tail_seq, coalesce(uc.next_seq, 1) - 1) END AS ready_to,
    CASE WHEN c.next_seq <= c.replay_to THEN c.replay_to END AS replay_to, c.progressed_at, z.paused_by
  FROM orleans_batch.batch_group AS g
  LEFT JOIN orleans_batch.sink AS s ON true
  LEFT JOIN orleans_batch.sink AS u ON u.sink_id = s.upstream_id
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = s.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS uc ON uc.group_id = g.group_id AND uc.sink_id = s.upstream_id
  LEFT JOIN orleans_batch.parked AS k ON k.group_id = g.group_id AND k.sink_id = s.sink_id
  LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = g.group_id AND h.sink_id = s.sink_id
  LEFT JOIN LATERAL (
    SELECT q.who || coalesce(': ' || nullif(q.why, ''), '') AS paused_by FROM orleans_batch.pause AS q
    WHERE coalesce(q.team_id::text, '') = ANY (ARRAY[g.team_id::text, ''])
      AND coalesce(q.schema_id, '') = ANY (ARRAY[g.schema_id, ''])
      AND coalesce(q.sink_id, 0::smallint) = ANY (ARRAY[s.sink_id, 0::smallint])
    LIMIT 1) AS z ON true
) AS p;

DROP VIEW orleans_batch.batch_status;
CREATE VIEW orleans_batch.batch_status AS
SELECT g.team_id, g.schema_id, s.name AS sink, e.run_id, e.batch_index, e.seq,
  CASE
    WHEN x.kind IN ('failed', 'skipped') THEN x.kind
    WHEN e.seq < c.next_seq THEN 'succeeded'
    WHEN e.seq = c.next_seq AND h.backend_pid IS NOT NULL AND c.claimed_to >= e.seq THEN 'executing'
    WHEN e.seq = c.next_seq AND k.reason = 'retry' THEN 'waiting_retry'
    ELSE 'waiting'
  END AS state,
  CASE WHEN e.seq = c.next_seq THEN c.attempt ELSE coalesce(a.attempt, 0) END AS attempt,
  CASE
    WHEN e.seq = c.next_seq THEN coalesce(k.error, a.error)
    WHEN x.kind IN ('failed', 'skipped') THEN x.why
    ELSE a.error
  END AS last_error,
  e.path, e.row_count, e.byte_size, e.is_final, e.created_at, a.finished_at,
  -- What the state alone does not say.
  CASE
    WHEN x.kind IS DISTINCT FROM 'failed' AND x.kind IS DISTINCT FROM 'skipped' AND e.seq >= c.next_seq AND e.seq <= c.replay_to
      THEN 'to be replayed'
    WHEN x.kind = 'replayed' THEN 'replayed'
    WHEN x.by_operator THEN 'by an operator'
    WHEN a.outcome = 'timed_out' THEN 'timed out'
  END AS detail,
  x.who, x.why, a.outcome AS last_outcome
FROM orleans_batch.log_entry AS e
JOIN orleans_batch.batch_group AS g ON g.group_id = e.group_id
LEFT JOIN orleans_batch.sink AS s ON true
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = e.group_id AND c.sink_id = s.sink_id
LEFT JOIN orleans_batch.parked AS k ON k.group_id = e.group_id AND k.sink_id = s.sink_id
LEFT JOIN orleans_batch.batch_exception AS x ON x.group_id = e.group_id AND x.sink_id = s.sink_id AND x.seq = e.seq
LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = e.group_id AND h.sink_id = s.sink_id AND e.seq = c.next_seq
LEFT JOIN LATERAL (
  SELECT t.attempt, t.error, t.outcome, t.finished_at FROM orleans_batch.batch_attempt AS t
  WHERE t.group_id = e.group_id AND t.sink_id = s.sink_id AND t.to_seq >= e.seq AND t.from_seq <= e.seq
  ORDER BY t.to_seq, t.finished_at DESC
  LIMIT 1
) AS a ON true
WHERE e.kind = 'batch';

DROP VIEW orleans_batch.run_status;
CREATE VIEW orleans_batch.run_status AS
SELECT r.run_id, g.team_id, g.schema_id, s.name AS sink,
  coalesce(o.state, 'waiting') AS state, r.state AS run_state, r.sync_type, r.batch_count,
  coalesce(o.batches_applied, 0) AS batches_applied, coalesce(o.batches_skipped, 0) AS batches_skipped,
  coalesce(o.rows_applied, 0) AS rows_applied, o.first_error, r.created_at, o.started_at, o.finished_at,
  coalesce(o.batches_failed, 0) AS batches_failed,
  -- From its begin in the sink to its end there; of one that goes on, so far.
  coalesce(o.finished_at, CASE WHEN o.started_at IS NOT NULL THEN clock_timestamp() END) - o.started_at AS duration,
  r.origin_run_id, r.alive_at, o.progressed_at, r.on_failure, r.primary_keys, r.metadata, r.end_seq, r.group_id, s.sink_id
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
-- A run from before a sink that starts at the tail is nothing to it.
LEFT JOIN orleans_batch.sink AS s ON s.starts_at IS NULL OR s.starts_at <= r.created_at
LEFT JOIN orleans_batch.sink_run AS o ON o.run_id = r.run_id AND o.sink_id = s.sink_id;
