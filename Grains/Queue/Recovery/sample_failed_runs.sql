-- Guarantees how many failed runs each sink and team has, and how many of them nobody has looked after: see doctor_failed_runs.
-- A failed run whose retry succeeded is not counted. Sinks without one have a row, too.
-- $1 the most runs of a sink that are looked at, the newest first.
-- Cost: the look-ups of that many failed runs, whatever else is retained.
WITH failed AS MATERIALIZED (
  SELECT s.sink_id, o.run_id
  FROM orleans_batch.sink AS s
  CROSS JOIN LATERAL (
    SELECT k.run_id FROM orleans_batch.sink_run AS k
    WHERE k.sink_id = s.sink_id AND k.state = 'failed' ORDER BY k.finished_at DESC LIMIT $1
  ) AS o
  WHERE s.state <> 'disabled'
), judged AS (
  SELECT f.sink_id, g.team_id,
    NOT EXISTS (
      SELECT FROM orleans_batch.sink_run AS t WHERE t.run_id = r.retried_as AND t.sink_id = f.sink_id AND t.state = 'succeeded') AS counts,
    r.state <> 'cancelled' AND r.retried_as IS NULL
    AND NOT EXISTS (SELECT FROM orleans_batch.operator_action AS a WHERE a.verb = 'acknowledge' AND a.subject = r.run_id::text)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      WHERE t.group_id = r.group_id AND t.origin_run_id = coalesce(r.origin_run_id, r.run_id) AND t.created_at > r.created_at)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      JOIN orleans_batch.sink_run AS k ON k.run_id = t.run_id AND k.sink_id = f.sink_id AND k.state = 'succeeded'
      WHERE t.group_id = r.group_id AND t.sync_type = 'full_refresh' AND t.created_at > r.created_at) AS is_unattended
  FROM failed AS f
  JOIN orleans_batch.run AS r ON r.run_id = f.run_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
)
SELECT s.name AS sink, j.team_id, count(j.sink_id) FILTER (WHERE j.counts)::int AS failed,
  count(j.sink_id) FILTER (WHERE j.is_unattended)::int AS unattended
FROM orleans_batch.sink AS s
LEFT JOIN judged AS j ON j.sink_id = s.sink_id
WHERE s.state <> 'disabled'
GROUP BY s.name, j.team_id
