-- Guarantees runs that did not succeed in the sink $1 and were not retried, with the files that they name.
SELECT s.run_id, array_agg(e.path) FILTER (WHERE e.path IS NOT NULL)
FROM orleans_batch.run_status AS s
JOIN orleans_batch.log_entry AS e ON e.run_id = s.run_id
WHERE s.sink = $1 AND s.state IN ('failed', 'cancelled') AND s.retried_as IS NULL
GROUP BY s.run_id
