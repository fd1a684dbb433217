-- Guarantees a row for each group in each sink: the position there, and the reason for waiting.
CREATE OR REPLACE VIEW orleans_batch.group_status AS
SELECT p.team_id, p.schema_id, p.sink,
  CASE WHEN p.state IN ('executing', 'waiting_retry') THEN p.unfinished - 1 ELSE p.unfinished END AS waiting,
  p.state, p.next_seq, p.epoch, p.owner, p.heartbeat_at, p.retry_at, p.paused, p.attempt, p.losses, p.applied_seq, p.tail_seq,
  p.last_error, p.oldest_waiting_at, p.group_id, p.sink_id, p.upstream, p.ready_to, p.replay_to, p.progressed_at, p.paused_by,
  -- Since when the group waits for its sink, how often the sink was asked, and the code of its reason.
  p.waiting_since, p.tries, p.not_ready_code
FROM (
  SELECT g.team_id, g.schema_id, s.name AS sink, g.tail_seq - coalesce(c.next_seq, 1) + 1 AS unfinished,
    CASE
      WHEN g.is_closed THEN 'forgetting'
      WHEN h.backend_pid IS NOT NULL AND c.claimed_to >= c.next_seq THEN 'executing'
      WHEN k.reason = 'retry' THEN 'waiting_retry'
      WHEN k.reason IS NOT NULL THEN k.reason
      -- The group is due again, and no tenure has begun yet.
      WHEN n.seq IS NOT NULL AND g.tail_seq >= coalesce(c.next_seq, 1) THEN 'not_ready'
      WHEN g.tail_seq >= coalesce(c.next_seq, 1) THEN 'waiting'
      ELSE 'idle'
    END AS state,
    coalesce(c.next_seq, 1) AS next_seq, coalesce(c.epoch, 0) AS epoch,
    CASE WHEN h.backend_pid IS NOT NULL THEN c.owner END AS owner,
    c.heartbeat_at, k.until AS retry_at,
    -- A group is paused even before its owner has come to a boundary, and even without work.
    coalesce(k.reason = 'paused', false) OR z.paused_by IS NOT NULL AS paused,
    coalesce(c.attempt, 0) AS attempt, coalesce(c.losses, 0) AS losses, coalesce(c.applied_seq, 0) AS applied_seq, g.tail_seq,
    coalesce(CASE WHEN g.is_closed THEN (
      SELECT q.last_error FROM orleans_batch.operator_request AS q
      WHERE q.group_id = g.group_id AND q.sink_id = s.sink_id AND q.kind = 'forget' AND q.done_at IS NULL LIMIT 1) END, k.error, n.reason, (
      SELECT format('Silo %s hangs in a call for this group that was cancelled and does not return: restart that silo.', y.silo)
      FROM orleans_batch.hung_call AS y
      JOIN orleans_batch.serving_silo AS v ON v.silo = y.silo AND v.sink_id = y.sink_id
      WHERE h.backend_pid IS NULL AND y.group_id = g.group_id AND y.sink_id = s.sink_id
      ORDER BY y.since LIMIT 1)) AS last_error,
    (SELECT e.created_at FROM orleans_batch.log_entry AS e
     WHERE e.group_id = g.group_id AND e.seq = coalesce(c.next_seq, 1) AND e.created_at >= coalesce(c.floor_at, '-infinity')
    ) AS oldest_waiting_at,
    g.group_id, s.sink_id, u.name AS upstream,
    -- The last entry that the sink may work on: a follower waits for its upstream.
    CASE WHEN s.upstream_id IS NULL THEN g.tail_seq ELSE least(g.tail_seq, coalesce(uc.next_seq, 1) - 1) END AS ready_to,
    CASE WHEN c.next_seq <= c.replay_to THEN c.replay_to END AS replay_to, c.progressed_at, z.paused_by,
    n.since AS waiting_since, n.tries, n.code AS not_ready_code
  FROM orleans_batch.batch_group AS g
  LEFT JOIN orleans_batch.sink AS s ON true
  LEFT JOIN orleans_batch.sink AS u ON u.sink_id = s.upstream_id
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = s.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS uc ON uc.group_id = g.group_id AND uc.sink_id = s.upstream_id
  LEFT JOIN orleans_batch.parked AS k ON k.group_id = g.group_id AND k.sink_id = s.sink_id
  LEFT JOIN LATERAL (
    SELECT x.seq, x.since, x.tries, x.code, x.reason FROM orleans_batch.not_ready AS x
    WHERE x.group_id = g.group_id AND x.sink_id = s.sink_id AND x.seq = coalesce(c.next_seq, 1)
      AND coalesce(k.reason, 'not_ready') = 'not_ready'
    LIMIT 1) AS n ON true
  LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = g.group_id AND h.sink_id = s.sink_id
  LEFT JOIN LATERAL (
    SELECT q.who || coalesce(': ' || nullif(q.why, ''), '') AS paused_by
    FROM orleans_batch.covering_pauses(g.team_id, g.schema_id, s.sink_id) AS q
    LIMIT 1) AS z ON true
) AS p;
