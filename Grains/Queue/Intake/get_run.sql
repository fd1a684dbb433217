-- Guarantees what became of the run in every sink, from one snapshot. $1 run.
SELECT s.run_id, s.team_id, s.schema_id, coalesce(s.sink, ''), s.state, s.batch_count, s.batches_applied, s.batches_skipped,
  s.rows_applied, s.first_error
FROM orleans_batch.run_status AS s
WHERE s.run_id = $1
ORDER BY s.sink
