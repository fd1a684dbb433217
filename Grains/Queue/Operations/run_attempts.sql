-- Guarantees the newest attempts at the run's entries that did not succeed. $1 run, $2 the most rows.
-- Failed attempts first, then the entry: from the entries on, each would look through all attempts that came after it.
WITH span AS MATERIALIZED (
  SELECT e.group_id, min(e.seq) AS first, max(e.seq) AS last FROM orleans_batch.log_entry AS e WHERE e.run_id = $1 GROUP BY e.group_id
)
SELECT e.batch_index, s.name, t.attempt, t.outcome, t.started_at, t.finished_at, t.silo, t.error, t.error_detail
FROM span AS p
JOIN orleans_batch.batch_attempt AS t
  ON t.group_id = p.group_id AND t.to_seq BETWEEN p.first AND p.last AND t.outcome <> 'succeeded'
JOIN orleans_batch.sink AS s ON s.sink_id = t.sink_id
CROSS JOIN LATERAL (
  SELECT x.batch_index FROM orleans_batch.log_entry AS x
  WHERE x.group_id = t.group_id AND x.seq BETWEEN t.from_seq AND t.to_seq AND x.run_id = $1
  ORDER BY x.seq
  LIMIT 1
) AS e
ORDER BY t.finished_at DESC
LIMIT $2
