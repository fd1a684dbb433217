-- Guarantees when the group's destination is next due, without a word on what was done. A wish of an operator stays due.
-- $1 group, $2 sink, $3 epoch, $4 when it is due; null while nothing is known to be.
-- Only the lock holder writes this; a former owner's epoch matches nothing.
WITH owned AS (
  SELECT c.group_id, c.sink_id FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
), written AS (
  INSERT INTO orleans_batch.upkeep AS u (group_id, sink_id, due_at) SELECT o.group_id, o.sink_id, $4::timestamptz FROM owned AS o
  ON CONFLICT ON CONSTRAINT upkeep_pk DO UPDATE
  SET due_at = CASE WHEN u.task IS NULL THEN EXCLUDED.due_at ELSE u.due_at END, woken_until = '-infinity'
)
SELECT o.group_id FROM owned AS o
