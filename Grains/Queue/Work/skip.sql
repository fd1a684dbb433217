-- Guarantees that the cursor passes an entry of a run that has ended here, and that a batch skipped so is on record with the reason.
-- $1 group, $2 sink, $3 epoch, $4 seq, $5 created_at of the entry, $6 whether it was a batch, $7 run, $8 silo, $9 why.
-- Only the lock holder writes these rows; a former owner's epoch matches nothing.
WITH moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = c.next_seq + 1, floor_at = $5, claimed_to = NULL,
    suspect_to = CASE WHEN c.suspect_to > c.next_seq THEN c.suspect_to END, attempt = 0, losses = 0, heartbeat_at = clock_timestamp()
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), recorded AS (
  INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why)
  SELECT $1, $2, $4, 'skipped', $8, $9 FROM moved WHERE $6
), counted AS (
  UPDATE orleans_batch.sink_run AS o SET batches_skipped = o.batches_skipped + 1
  FROM moved
  WHERE o.run_id = $7 AND o.sink_id = $2 AND $6
)
SELECT m.next_seq FROM moved AS m
