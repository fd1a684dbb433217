-- Guarantees what the function says: no row when the lock is held elsewhere; the batches of the window that is claimed, and the cursor's
-- row. $1 group, $2 sink, $3 team, $4 schema, $5 silo, $6 whether to take the lock (this session holds it otherwise), $7 namespace of the
-- sink, $8 the most entries to claim, $9 whether there are hooks to tell of a run's end.
SELECT w.place, w.epoch, w.applied_seq, w.claimed_at, w.woken_from, w.counted_run_id, w.run_batches, w.run_started_at,
  w.run_rows_announced, w.run_rows_applied, w.run_rows_replaced, w.run_values_rounded, w.run_batches_differing,
  w.seq, w.created_at, w.run_id, w.batch_index, w.origin_run_id, w.origin_index, w.path, w.row_count, w.byte_size, w.is_final, w.metadata,
  w.sync_type, w.primary_keys, w.on_failure, w.null_keys, w.lossy
FROM orleans_batch.own_window($1, $2, $3, $4, $5, $6, $7, $8, $9) AS w
