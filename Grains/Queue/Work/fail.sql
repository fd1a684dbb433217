-- Guarantees all of this or nothing:
-- - The run ends as failed in this sink with its first error.
-- - The batch and its attempts are on record.
-- - The cursor passes the entry.
-- - The group stops there when the run says so.
-- group_id => $1
-- sink_id => $2
-- epoch => $3: the epoch of this owner
-- seq => $4
-- created_at => $5: of the entry
-- is_batch => $6
-- run_id => $7
-- silo => $8
-- error => $9
-- blocks => $10: whether the group is blocked
-- team_id => $11
-- tells_hooks => $12: whether there are hooks to tell
-- detail => $13: what the library behind the sink said
-- Only the lock holder writes these rows; a former owner's epoch matches nothing. A producer may insert a wakeup meanwhile: it is not seen,
-- stays, and the next owner finds the group parked. So stays that of an operator's request: the next owner complies although the group is
-- parked. Against a follower's drained check: it sees the move and the wakeup, or neither.
WITH before AS (
  SELECT c.attempt, c.losses, c.claimed_at FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2
), moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = c.next_seq + 1, floor_at = $5, claimed_to = NULL,
    suspect_to = CASE WHEN c.suspect_to > c.next_seq THEN c.suspect_to END, attempt = 0, losses = 0, heartbeat_at = clock_timestamp()
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), failed AS (
  INSERT INTO orleans_batch.sink_run AS o
    (run_id, sink_id, group_id, state, batches_failed, first_error, first_error_detail, started_at, finished_at)
  SELECT $7, $2, $1, 'failed', CASE WHEN $6 THEN 1 ELSE 0 END, $9, $13,
    CASE WHEN b.attempt > 0 THEN coalesce(b.claimed_at, clock_timestamp()) ELSE clock_timestamp() END, clock_timestamp()
  FROM moved, before AS b
  ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
  SET state = 'failed', batches_failed = EXCLUDED.batches_failed, first_error = EXCLUDED.first_error,
    first_error_detail = EXCLUDED.first_error_detail, finished_at = EXCLUDED.finished_at
), recorded AS (
  INSERT INTO orleans_batch.batch_exception AS x (group_id, sink_id, seq, kind, who, why, error_detail)
  SELECT $1, $2, $4, 'failed', $8, $9, $13 FROM moved WHERE $6
  ON CONFLICT ON CONSTRAINT batch_exception_pk DO UPDATE
  SET kind = EXCLUDED.kind, who = EXCLUDED.who, why = EXCLUDED.why, error_detail = EXCLUDED.error_detail,
    by_operator = false, created_at = EXCLUDED.created_at
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, error, error_detail)
  SELECT $1, $2, $4, $4, b.attempt, 'failed', b.claimed_at, clock_timestamp(), $8, $3, $9, $13 FROM moved, before AS b
  WHERE b.attempt > 0 OR b.losses > 0
), told AS (
  INSERT INTO orleans_batch.run_notification (run_id, sink_id, group_id) SELECT $7, $2, $1 FROM moved WHERE $12
  ON CONFLICT ON CONSTRAINT run_notification_pk DO NOTHING
), blocked AS (
  INSERT INTO orleans_batch.parked AS p (group_id, sink_id, team_id, until, reason, error, error_detail)
  SELECT $1, $2, $11, NULL, 'blocked', $9, $13 FROM moved WHERE $10
  ON CONFLICT ON CONSTRAINT parked_pk DO UPDATE SET until = NULL, reason = 'blocked', error = EXCLUDED.error,
    error_detail = EXCLUDED.error_detail
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $11 AND w.group_id = $1 AND w.sink_id = $2 AND $10 AND EXISTS (SELECT FROM moved)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.operator_request AS q
      WHERE q.group_id = $1 AND q.sink_id = $2 AND q.done_at IS NULL AND (q.kind = 'replay' OR q.seq <= $4 + 1))
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT $11, $1, s.sink_id FROM moved, orleans_batch.sink AS s WHERE s.upstream_id = $2
  RETURNING sink_id
)
SELECT m.next_seq, (
  SELECT count(pg_notify('orleans_batch_wakeup', '')) FROM woken AS w
  LEFT JOIN LATERAL (
    SELECT true AS there FROM orleans_batch.wakeup AS k WHERE k.sink_id = w.sink_id AND k.team_id = $11 AND k.group_id = $1
    LIMIT 1) AS k ON true
  WHERE k.there IS NULL)
FROM moved AS m
