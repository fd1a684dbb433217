-- Guarantees every sink with its backlog and the silos that serve it at this moment.
SELECT s.name, s.state, u.name, s.starts_at, coalesce(b.groups, 0), coalesce(b.waiting, 0)::bigint,
  ARRAY (SELECT v.silo FROM orleans_batch.serving_silo AS v WHERE v.sink_id = s.sink_id ORDER BY v.silo)
FROM orleans_batch.sink AS s
LEFT JOIN orleans_batch.sink AS u ON u.sink_id = s.upstream_id
LEFT JOIN (
  SELECT g.sink_id, count(*) AS groups, sum(g.waiting) AS waiting
  FROM orleans_batch.group_status AS g WHERE g.state <> 'idle' GROUP BY g.sink_id
) AS b ON b.sink_id = s.sink_id
ORDER BY s.name
