-- Guarantees that the run ends as failed in this sink with its first error, that the batch and its attempts are on record, that the
-- cursor passes it, and that the group stops there when the run says so: all of it or nothing.
-- $1 group, $2 sink, $3 epoch, $4 seq, $5 created_at of the entry, $6 whether it was a batch, $7 run, $8 silo, $9 the error,
-- $10 whether the group is blocked, $11 team. Only the lock holder writes these rows; a former owner's epoch matches nothing.
-- A producer may insert a wakeup meanwhile: it is not seen, stays, and the next owner finds the group parked.
WITH before AS (
  SELECT c.attempt, c.claimed_at FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2
), moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = c.next_seq + 1, floor_at = $5, claimed_to = NULL,
    suspect_to = CASE WHEN c.suspect_to > c.next_seq THEN c.suspect_to END, attempt = 0, losses = 0, heartbeat_at = clock_timestamp()
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), failed AS (
  INSERT INTO orleans_batch.sink_run AS o (run_id, sink_id, group_id, state, first_error, finished_at)
  SELECT $7, $2, $1, 'failed', $9, clock_timestamp() FROM moved
  ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
  SET state = 'failed', first_error = EXCLUDED.first_error, finished_at = EXCLUDED.finished_at
), recorded AS (
  INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why)
  SELECT $1, $2, $4, 'failed', $8, $9 FROM moved WHERE $6
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, error)
  SELECT $1, $2, $4, $4, b.attempt, 'failed', b.claimed_at, clock_timestamp(), $8, $3, $9 FROM moved, before AS b
), blocked AS (
  INSERT INTO orleans_batch.parked AS p (group_id, sink_id, team_id, until, reason, error)
  SELECT $1, $2, $11, NULL, 'blocked', $9 FROM moved WHERE $10
  ON CONFLICT ON CONSTRAINT parked_pk DO UPDATE SET until = NULL, reason = 'blocked', error = EXCLUDED.error
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $11 AND w.group_id = $1 AND w.sink_id = $2 AND $10 AND EXISTS (SELECT FROM moved)
)
SELECT m.next_seq FROM moved AS m
