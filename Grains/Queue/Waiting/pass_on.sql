-- Guarantees that this silo is on record as one that can't reach what the entry names, and that the attempt is not counted. The group's
-- wakeup stays for the others.
-- Returns whether another silo that runs may reach it, and how often the group has waited for one at this entry.
-- $1 group, $2 sink, $3 epoch, $4 seq, $5 silo, $6 why.
-- Only the lock holder writes these rows. So of two silos which pass the same group on, one comes after the other and sees the other's row.
-- A former owner's epoch matches nothing.
-- A silo that starts meanwhile is not seen here, and has not seen the parked row that follows: recall looks again once that row is
-- committed.
WITH before AS (
  SELECT c.attempt, c.claimed_at, c.claimed_to FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2
), round AS (
  SELECT n.asked_at, n.tries FROM orleans_batch.not_ready AS n
  WHERE n.group_id = $1 AND n.sink_id = $2 AND n.seq = $4 AND n.code = 'unreachable'
), unclaimed AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET claimed_to = NULL, heartbeat_at = clock_timestamp(),
    attempt = CASE WHEN c.claimed_to >= c.next_seq THEN greatest(c.attempt - 1, 0) ELSE c.attempt END
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), noted AS (
  INSERT INTO orleans_batch.unreached AS u (group_id, sink_id, silo, seq, reason, noted_at)
  SELECT $1, $2, $5, $4, $6, clock_timestamp() FROM unclaimed
  ON CONFLICT ON CONSTRAINT unreached_pk DO UPDATE SET seq = EXCLUDED.seq, reason = EXCLUDED.reason, noted_at = EXCLUDED.noted_at
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, error)
  SELECT $1, $2, $4, $4, b.attempt, 'passed_on', b.claimed_at, clock_timestamp(), $5, $3, $6 FROM unclaimed, before AS b
  WHERE b.claimed_to IS NOT NULL
)
SELECT
  EXISTS (
    SELECT FROM orleans_batch.untried_silos($1, $2, $4, coalesce((SELECT r.asked_at FROM round AS r), '-infinity')) AS v
    WHERE v.silo <> $5),
  coalesce((SELECT r.tries FROM round AS r), 0)
FROM unclaimed
