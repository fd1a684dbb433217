-- Guarantees what the function says: the batches of the next window, and the cursor's row; without that one nothing was done.
-- $1 group, $2 sink, $3 team, $4 schema, $5 silo, $6 epoch, $7 where the cursor's row is, $8 the seq that the window began with, $9 the
-- last one finished, $10 its created_at, $11 when the window was claimed, $12 the run, $13 and $14 its batches and announced rows not yet
-- in sink_run, $15 when the first of them was taken up, $16 the state that the run ends with here (null: it goes on), $17 whether the
-- counts are moved to sink_run although the run goes on, $18 the most entries to claim next (0: none), $19 whether a drained group is
-- given up, $20 whether there are hooks to tell of a run's end, $21 from which wakeup on they are dropped, $22 to $25 the run's rows
-- applied, rows replaced, values rounded and differing batches not yet in sink_run, $26 to $28 the first three of these of each batch
-- finished, $29 what the sink said of the run's end.
SELECT w.place, w.claimed_at, w.is_drained, w.keeps_counts,
  w.seq, w.created_at, w.run_id, w.batch_index, w.origin_run_id, w.origin_index, w.path, w.row_count, w.byte_size, w.is_final, w.metadata,
  w.sync_type, w.primary_keys, w.on_failure, w.null_keys, w.lossy
FROM orleans_batch.advance_window(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
  $22, $23, $24, $25, $26, $27, $28, $29) AS w
