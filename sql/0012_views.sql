-- Views for people and scripts. The state of a batch is derived from the cursor; nothing is stored twice. What is enqueued before there
-- is any sink shows too, with the sink null.

-- The advisory locks of groups: the namespace of a sink is 1329725440 ('OB' in its upper half) plus the sink's id.
CREATE VIEW orleans_batch.held_lock AS
SELECT l.objid::bigint::int AS group_id, (l.classid::bigint - 1329725440)::smallint AS sink_id, l.pid AS backend_pid
FROM pg_catalog.pg_locks AS l
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
  AND l.classid::bigint BETWEEN 1329725441 AND 1329725440 + 32767;

CREATE VIEW orleans_batch.lock_owner AS
SELECT g.team_id, g.schema_id, s.name AS sink, coalesce(c.owner, split_part(a.application_name, '@', 2)) AS silo,
  h.backend_pid, c.owned_at AS since, c.heartbeat_at, c.epoch, c.next_seq
FROM orleans_batch.held_lock AS h
JOIN orleans_batch.batch_group AS g ON g.group_id = h.group_id
JOIN orleans_batch.sink AS s ON s.sink_id = h.sink_id
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = h.group_id AND c.sink_id = h.sink_id
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = h.backend_pid;

CREATE VIEW orleans_batch.group_status AS
SELECT p.team_id, p.schema_id, p.sink,
  CASE WHEN p.state IN ('executing', 'waiting_retry') THEN p.unfinished - 1 ELSE p.unfinished END AS waiting,
  p.state, p.next_seq, p.epoch, p.owner, p.heartbeat_at, p.retry_at, p.paused, p.attempt, p.losses, p.applied_seq, p.tail_seq,
  p.last_error, p.oldest_waiting_at, p.group_id, p.sink_id
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
    c.heartbeat_at, k.until AS retry_at, coalesce(k.reason = 'paused', false) AS paused, coalesce(c.attempt, 0) AS attempt,
    coalesce(c.losses, 0) AS losses, coalesce(c.applied_seq, 0) AS applied_seq, g.tail_seq, k.error AS last_error,
    (SELECT e.created_at FROM orleans_batch.log_entry AS e
     WHERE e.group_id = g.group_id AND e.seq = coalesce(c.next_seq, 1) AND e.created_at >= coalesce(c.floor_at, '-infinity')
    ) AS oldest_waiting_at,
    g.group_id, s.sink_id
  FROM orleans_batch.batch_group AS g
  LEFT JOIN orleans_batch.sink AS s ON true
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = s.sink_id
  LEFT JOIN orleans_batch.parked AS k ON k.group_id = g.group_id AND k.sink_id = s.sink_id
  LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = g.group_id AND h.sink_id = s.sink_id
) AS p;

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
  CASE WHEN e.seq = c.next_seq THEN coalesce(k.error, a.error) ELSE coalesce(x.why, a.error) END AS last_error,
  e.path, e.row_count, e.byte_size, e.is_final, e.created_at, a.finished_at
FROM orleans_batch.log_entry AS e
JOIN orleans_batch.batch_group AS g ON g.group_id = e.group_id
LEFT JOIN orleans_batch.sink AS s ON true
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = e.group_id AND c.sink_id = s.sink_id
LEFT JOIN orleans_batch.parked AS k ON k.group_id = e.group_id AND k.sink_id = s.sink_id
LEFT JOIN orleans_batch.batch_exception AS x ON x.group_id = e.group_id AND x.sink_id = s.sink_id AND x.seq = e.seq
LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = e.group_id AND h.sink_id = s.sink_id AND e.seq = c.next_seq
LEFT JOIN LATERAL (
  SELECT t.attempt, t.error, t.finished_at FROM orleans_batch.batch_attempt AS t
  WHERE t.group_id = e.group_id AND t.sink_id = s.sink_id AND t.to_seq >= e.seq AND t.from_seq <= e.seq
  ORDER BY t.to_seq, t.finished_at DESC
  LIMIT 1
) AS a ON true
WHERE e.kind = 'batch';

CREATE VIEW orleans_batch.run_status AS
SELECT r.run_id, g.team_id, g.schema_id, s.name AS sink,
  coalesce(o.state, 'waiting') AS state, r.state AS run_state, r.sync_type, r.batch_count,
  coalesce(o.batches_applied, 0) AS batches_applied, coalesce(o.batches_skipped, 0) AS batches_skipped,
  coalesce(o.rows_applied, 0) AS rows_applied, o.first_error, r.created_at, o.started_at, o.finished_at
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
LEFT JOIN orleans_batch.sink AS s ON true
LEFT JOIN orleans_batch.sink_run AS o ON o.run_id = r.run_id AND o.sink_id = s.sink_id;
