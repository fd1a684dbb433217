-- Guarantees the ranges of indexes below the run's last one that no batch has, as far as its batches are retained, in order.
-- $1 run, $2 the most ranges. A retry keeps the indexes of the batches that were left, so a retry has no such ranges.
SELECT n.above + 1, n.batch_index - 1
FROM (
  SELECT e.batch_index, coalesce(lag(e.batch_index) OVER (ORDER BY e.batch_index), -1) AS above
  FROM orleans_batch.run AS r
  JOIN orleans_batch.log_entry AS e ON e.run_id = r.run_id AND e.kind = 'batch' AND e.created_at >= r.created_at - interval '1 hour'
  WHERE r.run_id = $1 AND r.origin_run_id IS NULL
    AND r.batch_count <= (
      SELECT count(*) FROM orleans_batch.log_entry AS l
      WHERE l.run_id = $1 AND l.kind = 'batch' AND l.created_at >= r.created_at - interval '1 hour')
) AS n
WHERE n.batch_index > n.above + 1
ORDER BY n.batch_index
LIMIT $2
