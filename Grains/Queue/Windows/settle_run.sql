-- Guarantees that the counts kept in the cursor's row are in sink_run, once: they go and come in one statement.
-- $1 group, $2 sink, $3 epoch. Only the lock holder writes these rows; a former owner's epoch matches nothing.
WITH before AS (
  SELECT c.run_id, c.run_batches, c.run_rows, c.run_rows_applied, c.run_rows_replaced, c.run_values_rounded, c.run_batches_differing,
    c.run_started_at, c.progressed_at
  FROM orleans_batch.sink_cursor AS c
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.run_id IS NOT NULL
), cleared AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET run_id = NULL, run_batches = 0, run_rows = NULL, run_rows_applied = NULL, run_rows_replaced = NULL, run_values_rounded = 0,
    run_batches_differing = 0, run_started_at = NULL, heartbeat_at = clock_timestamp()
  FROM before AS b
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
  RETURNING c.epoch
)
INSERT INTO orleans_batch.sink_run AS o
  (run_id, sink_id, group_id, batches_applied, rows_announced, rows_applied, rows_replaced, values_rounded, batches_differing, started_at,
   progressed_at)
SELECT b.run_id, $2, $1, b.run_batches, b.run_rows, b.run_rows_applied, b.run_rows_replaced, b.run_values_rounded, b.run_batches_differing,
  coalesce(b.run_started_at, clock_timestamp()), b.progressed_at
FROM before AS b, cleared
ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
SET batches_applied = o.batches_applied + EXCLUDED.batches_applied,
  rows_announced = coalesce(o.rows_announced + EXCLUDED.rows_announced, o.rows_announced, EXCLUDED.rows_announced),
  rows_applied = o.rows_applied + EXCLUDED.rows_applied, rows_replaced = o.rows_replaced + EXCLUDED.rows_replaced,
  values_rounded = o.values_rounded + EXCLUDED.values_rounded, batches_differing = o.batches_differing + EXCLUDED.batches_differing,
  progressed_at = greatest(o.progressed_at, EXCLUDED.progressed_at)
RETURNING 1
