-- Guarantees what became of the run in every sink, from one snapshot. $1 run. Skipped is also what an operator has
-- decided and the sink has yet to pass.
SELECT s.run_id, s.team_id, s.schema_id, s.sink, s.state, s.run_state, s.sync_type, s.batch_count, s.batches_applied,
  greatest(s.batches_skipped, (
    SELECT count(*) FROM orleans_batch.batch_status AS b WHERE b.run_id = $1 AND b.sink = s.sink AND b.state = 'skipped')),
  s.rows_applied, s.first_error, s.created_at, s.started_at, s.finished_at,
  extract(epoch FROM coalesce(s.finished_at, clock_timestamp()) - s.started_at)::double precision,
  s.rows_announced, s.rows_replaced, s.values_rounded, s.batches_differing, s.first_error_detail, s.notes,
  s.retried_as, s.retry_state, s.is_mended, s.batches_missing, s.executing_index, s.executing_since
FROM orleans_batch.run_status AS s
WHERE s.run_id = $1
ORDER BY s.sink
