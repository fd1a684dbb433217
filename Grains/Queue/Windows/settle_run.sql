-- Guarantees that the counts kept in the cursor's row are in sink_run, once: they go and come in one statement.
-- $1 group, $2 sink, $3 epoch. Only the lock holder writes these rows; a former owner's epoch matches nothing.
WITH before AS (
  SELECT c.run_id, c.run_batches, c.run_rows, c.run_started_at, c.progressed_at FROM orleans_batch.sink_cursor AS c
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.run_id IS NOT NULL
), cleared AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET run_id = NULL, run_batches = 0, run_rows = 0, run_started_at = NULL, heartbeat_at = clock_timestamp()
  FROM before AS b
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
  RETURNING c.epoch
)
INSERT INTO orleans_batch.sink_run AS o (run_id, sink_id, group_id, batches_applied, rows_applied, started_at, progressed_at)
SELECT b.run_id, $2, $1, b.run_batches, b.run_rows, coalesce(b.run_started_at, clock_timestamp()), b.progressed_at FROM before AS b, cleared
ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
SET batches_applied = o.batches_applied + EXCLUDED.batches_applied, rows_applied = o.rows_applied + EXCLUDED.rows_applied,
  progressed_at = greatest(o.progressed_at, EXCLUDED.progressed_at)
RETURNING 1
