-- Guarantees the run's oldest batches that are not applied, or of which another number of rows was than announced, a row for each sink.
-- $1 run, $2 the most rows.
SELECT b.batch_index, b.seq, b.sink, b.state, b.attempt, b.last_error, b.path, b.error_detail, b.started_at, b.detail,
  b.rows_applied, b.row_count
FROM orleans_batch.batch_status AS b
WHERE b.run_id = $1 AND b.state <> 'not_wanted' AND (b.state <> 'succeeded' OR b.rows_applied <> b.row_count)
ORDER BY b.seq, b.sink
LIMIT $2
