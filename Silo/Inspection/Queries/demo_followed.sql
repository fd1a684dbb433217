-- Guarantees the number of runs that have ended in probe, and of batches recorded there after duckdb had applied them.
-- $1 the runs.
SELECT
  (SELECT count(*) FROM orleans_batch.run_status AS s WHERE s.sink = 'probe' AND s.run_id = ANY ($1) AND s.finished_at IS NOT NULL),
  (SELECT count(DISTINCT (l.run_id, l.batch_index)) FROM orleans_batch.probe_ledger AS l
   JOIN orleans_batch.batch_status AS b ON b.run_id = l.run_id AND b.batch_index = l.batch_index AND b.sink = 'duckdb'
   WHERE l.run_id = ANY ($1) AND l.outcome = 'succeeded' AND l.started_at >= b.finished_at)
