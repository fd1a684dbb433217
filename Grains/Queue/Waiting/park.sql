-- Guarantees that the group is started again when its time has come and not before. Without a time the group waits until somebody acts. The
-- attempt, if there was one, is on record with its error.
-- group_id => $1
-- sink_id => $2
-- epoch => $3: the epoch of this owner
-- seq => $4
-- team_id => $5
-- seconds => $6: to wait; null for no time
-- reason => $7: retry, not_ready, paused or blocked
-- error => $8
-- silo => $9
-- outcome => $10: of the attempt
-- detail => $11: what the library behind the sink said
-- Only the lock holder writes the cursor; a former owner's epoch matches nothing. The poller may delete a due parked row at the same time:
-- the row's lock puts one after the other, and either order leaves a parked row or a wakeup. A wakeup that a producer inserts meanwhile is
-- not seen and stays: it starts the group, which finds itself parked. So stays that of an operator's request, which is complied with
-- although the group is parked. A resume that crosses this statement leaves the row behind: recovery wakes what is parked for a pause that
-- is over.
WITH before AS (
  SELECT c.attempt, c.claimed_at, c.claimed_to FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2
), unclaimed AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET claimed_to = NULL, heartbeat_at = clock_timestamp(),
    attempt = CASE
      WHEN $7 = 'blocked' THEN 0
      WHEN $7 = 'not_ready' AND c.claimed_to >= c.next_seq THEN greatest(c.attempt - 1, 0)
      ELSE c.attempt END,
    losses = CASE WHEN $7 = 'blocked' THEN 0 ELSE c.losses END
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), waiting AS (
  INSERT INTO orleans_batch.parked AS p (group_id, sink_id, team_id, until, reason, error, error_detail)
  SELECT $1, $2, $5, clock_timestamp() + make_interval(secs => $6), $7, $8, $11 FROM unclaimed
  ON CONFLICT ON CONSTRAINT parked_pk DO UPDATE
  SET until = EXCLUDED.until, reason = EXCLUDED.reason, error = EXCLUDED.error, error_detail = EXCLUDED.error_detail
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $5 AND w.group_id = $1 AND w.sink_id = $2 AND EXISTS (SELECT FROM unclaimed)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.operator_request AS q
      WHERE q.group_id = $1 AND q.sink_id = $2 AND q.done_at IS NULL AND (q.kind = 'replay' OR q.seq <= $4))
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, error, error_detail)
  SELECT $1, $2, $4, $4, b.attempt, $10, b.claimed_at, clock_timestamp(), $9, $3, $8, $11 FROM unclaimed, before AS b
  WHERE b.claimed_to IS NOT NULL
)
SELECT u.next_seq FROM unclaimed AS u
