-- Guarantees that the end of an upkeep is on record, and when the next is due. A wish that came meanwhile stays.
-- $1 group, $2 sink, $3 epoch, $4 when the wish was asked for that is carried out; null for none.
-- $5 how it ended, $6 whether it failed, $7 when the next is due; null while nothing is known to be.
-- Only the lock holder writes this; a former owner's epoch matches nothing. An operator whose transaction has the row is not waited for:
-- nothing is written then, and the group is woken again.
WITH owned AS (
  SELECT c.group_id, c.sink_id FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
), taken AS (
  SELECT FROM orleans_batch.upkeep AS u WHERE u.group_id = $1 AND u.sink_id = $2 AND NOT EXISTS (
    SELECT FROM (
      SELECT FROM orleans_batch.upkeep AS y WHERE y.group_id = $1 AND y.sink_id = $2 FOR UPDATE SKIP LOCKED) AS free)
), written AS (
  INSERT INTO orleans_batch.upkeep AS u (group_id, sink_id, due_at, outcome, failed, finished_at)
  SELECT o.group_id, o.sink_id, $7::timestamptz, $5, $6, clock_timestamp() FROM owned AS o WHERE NOT EXISTS (SELECT FROM taken)
  ON CONFLICT ON CONSTRAINT upkeep_pk DO UPDATE
  SET outcome = EXCLUDED.outcome, failed = EXCLUDED.failed, finished_at = EXCLUDED.finished_at, woken_until = '-infinity',
    due_at = CASE WHEN u.asked_at IS DISTINCT FROM $4::timestamptz AND u.task IS NOT NULL THEN u.due_at ELSE EXCLUDED.due_at END,
    version = CASE WHEN u.asked_at = $4::timestamptz THEN NULL ELSE u.version END,
    task = CASE WHEN u.asked_at = $4::timestamptz THEN NULL ELSE u.task END,
    asked_at = CASE WHEN u.asked_at = $4::timestamptz THEN NULL ELSE u.asked_at END
)
SELECT o.group_id FROM owned AS o
