-- Guarantees the origin of every batch that a retry has brought again.
SELECT e.run_id, e.batch_index, e.origin_run_id, coalesce(e.origin_index, e.batch_index)
FROM orleans_batch.log_entry AS e
WHERE e.kind = 'batch' AND e.origin_run_id IS NOT NULL
