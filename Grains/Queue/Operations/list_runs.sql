-- Guarantees the newest runs that match, a row for each sink. A failed run whose retry succeeded is not among the failed ones.
-- $1 team, $2 schema, $3 sink, $4 state, each null for all; $5 the most rows.
-- $6 from when on the runs began, or null; $7 whether acknowledged runs are left out.
-- The state is the sink's. The states open and sealed are the producer's.
SELECT s.run_id, s.team_id, s.schema_id, s.sink, s.state, s.run_state, s.sync_type, s.batch_count, s.batches_applied, s.batches_skipped,
  s.rows_applied, s.first_error, s.created_at, s.started_at, s.finished_at,
  extract(epoch FROM coalesce(s.finished_at, clock_timestamp()) - s.started_at)::double precision,
  s.rows_announced, s.rows_replaced, s.values_rounded, s.batches_differing, s.first_error_detail, s.notes,
  s.retried_as, s.retry_state, s.is_mended, s.batches_missing, s.executing_index, s.executing_since
FROM orleans_batch.run_status AS s
WHERE ($1::bigint IS NULL OR s.team_id = $1)
  AND ($2::text IS NULL OR s.schema_id = $2)
  AND ($3::text IS NULL OR s.sink = $3)
  AND ($4::text IS NULL
    OR CASE WHEN $4 IN ('open', 'sealed') THEN s.run_state ELSE s.state END = $4 AND NOT ($4 = 'failed' AND s.is_mended))
  AND ($6::timestamptz IS NULL OR s.created_at >= $6)
  AND (NOT $7 OR NOT EXISTS (
    SELECT FROM orleans_batch.operator_action AS a WHERE a.verb = 'acknowledge' AND a.subject = s.run_id::text))
ORDER BY s.created_at DESC, s.run_id, s.sink
LIMIT $5
