-- Guarantees the delay of each team's first start, from $1 on, in seconds since its first entry was enqueued.
-- A second column counts the seconds since the first start of any team.
SELECT extract(epoch FROM t.started_at - t.created_at)::float8, extract(epoch FROM t.started_at - f.first)::float8
FROM (
  SELECT g.team_id, min(a.started_at) AS started_at, min(e.created_at) AS created_at
  FROM orleans_batch.batch_group AS g
  JOIN orleans_batch.log_entry AS e ON e.group_id = g.group_id
  LEFT JOIN orleans_batch.batch_attempt AS a ON a.group_id = g.group_id
  WHERE g.team_id >= $1
  GROUP BY g.team_id) AS t
CROSS JOIN (SELECT min(a.started_at) AS first FROM orleans_batch.batch_attempt AS a) AS f
WHERE t.started_at IS NOT NULL
