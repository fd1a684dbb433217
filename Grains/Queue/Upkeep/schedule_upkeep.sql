-- Guarantees when the group's destination is next due, without a word on what was done. A wish of an operator stays due.
-- $1 group, $2 sink, $3 epoch, $4 when it is due; null while nothing is known to be.
-- Only the lock holder writes this; a former owner's epoch matches nothing. An operator whose transaction has the row is not waited for:
-- nothing is written then, and the group is woken again.
WITH owned AS (
  SELECT c.group_id, c.sink_id FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
), taken AS (
  SELECT FROM orleans_batch.upkeep AS u WHERE u.group_id = $1 AND u.sink_id = $2 AND NOT EXISTS (
    SELECT FROM (
      SELECT FROM orleans_batch.upkeep AS y WHERE y.group_id = $1 AND y.sink_id = $2 FOR UPDATE SKIP LOCKED) AS free)
), written AS (
  INSERT INTO orleans_batch.upkeep AS u (group_id, sink_id, due_at)
  SELECT o.group_id, o.sink_id, $4::timestamptz FROM owned AS o WHERE NOT EXISTS (SELECT FROM taken)
  ON CONFLICT ON CONSTRAINT upkeep_pk DO UPDATE
  SET due_at = CASE WHEN u.task IS NULL THEN EXCLUDED.due_at ELSE u.due_at END, woken_until = '-infinity'
)
SELECT o.group_id FROM owned AS o
