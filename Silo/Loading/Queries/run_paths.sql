-- Guarantees the files of a run, each once. $1 run.
SELECT DISTINCT e.path
FROM orleans_batch.run AS r
JOIN orleans_batch.log_entry AS e ON e.run_id = r.run_id AND e.created_at >= r.created_at - interval '1 hour'
WHERE r.run_id = $1 AND e.kind = 'batch'
ORDER BY 1
