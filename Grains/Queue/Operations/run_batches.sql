-- Guarantees the run's oldest batches that are not applied, a row for each sink. $1 run, $2 the most rows.
SELECT b.batch_index, b.seq, b.sink, b.state, b.attempt, b.last_error, b.path, b.error_detail
FROM orleans_batch.batch_status AS b
WHERE b.run_id = $1 AND b.state <> 'succeeded'
ORDER BY b.seq, b.sink
LIMIT $2
