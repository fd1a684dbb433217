-- Guarantees what the function says: no row when the lock is held elsewhere; the batches of the window that is claimed, and the cursor's
-- row. With takes_lock the function takes the lock; without it this session must hold the lock already. Most is the most entries to claim.
SELECT w.place, w.epoch, w.applied_seq, w.claimed_at, w.woken_from, w.counted_run_id, w.run_batches, w.run_started_at,
  w.run_rows_announced, w.run_rows_applied, w.run_rows_replaced, w.run_values_rounded, w.run_batches_differing,
  w.seq, w.created_at, w.run_id, w.batch_index, w.origin_run_id, w.origin_index, w.path, w.row_count, w.byte_size, w.is_final, w.metadata,
  w.sync_type, w.primary_keys, w.on_failure, w.null_keys, w.lossy, w.cdc
FROM orleans_batch.own_window(
  of_group => $1,
  of_sink => $2,
  of_team => $3,
  of_schema => $4,
  by_silo => $5,
  takes_lock => $6,
  lock_namespace => $7,
  most => $8,
  tells_hooks => $9) AS w
