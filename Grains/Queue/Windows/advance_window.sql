-- Guarantees what the function says: the batches of the next window, and the cursor's row; without that row nothing was done.
-- from_place: where the cursor's row is. from_seq: the seq that the window began with. finished_*: the last entry that is passed.
-- counted_*: the run, and its batches and rows that are in the cursor's row but not yet in sink_run; counted_since: when the first of these
-- batches was taken up. ended_as: the state that the run ends with here; null while it goes on. moves_counts: whether the counts go to
-- sink_run although the run goes on. most: the most entries to claim next; 0 claims none. gives_up: whether a drained group is given up.
-- woken_since: the first wakeup to drop. window_*: what became of each finished batch. notes: what the sink said of the run's end.
SELECT w.place, w.claimed_at, w.is_drained, w.keeps_counts,
  w.seq, w.created_at, w.run_id, w.batch_index, w.origin_run_id, w.origin_index, w.path, w.row_count, w.byte_size, w.is_final, w.metadata,
  w.sync_type, w.primary_keys, w.on_failure, w.null_keys, w.lossy, w.cdc
FROM orleans_batch.advance_window(
  of_group => $1,
  of_sink => $2,
  of_team => $3,
  of_schema => $4,
  by_silo => $5,
  by_epoch => $6,
  from_place => $7,
  from_seq => $8,
  finished_seq => $9,
  finished_created_at => $10,
  window_claimed_at => $11,
  counted_run => $12,
  counted_batches => $13,
  counted_announced => $14,
  counted_since => $15,
  ended_as => $16,
  moves_counts => $17,
  most => $18,
  gives_up => $19,
  tells_hooks => $20,
  woken_since => $21,
  counted_applied => $22,
  counted_replaced => $23,
  counted_rounded => $24,
  counted_differing => $25,
  window_applied => $26,
  window_replaced => $27,
  window_rounded => $28,
  notes => $29) AS w
