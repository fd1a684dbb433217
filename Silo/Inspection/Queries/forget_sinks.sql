-- Guarantees the sinks that have a position in a group that is to be forgotten. $1 team, $2 schema, null for all of the team.
-- Tells for each sink in how many groups, whether it can remove rows, as its silos said last, and whether a silo serves it now.
SELECT s.name, count(*), coalesce(bool_or(v.forgets), false), coalesce(bool_or(v.serves), false),
  coalesce((array_agg(v.destinations))[1], '')
FROM orleans_batch.batch_group AS g
JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id
JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
LEFT JOIN LATERAL (
  SELECT bool_or(x.forgets) AS forgets, string_agg(DISTINCT x.destination, ', ') AS destinations,
    bool_or(EXISTS (SELECT FROM orleans_batch.serving_silo AS y WHERE y.silo = x.silo AND y.sink_id = x.sink_id)) AS serves
  FROM orleans_batch.silo_sink AS x WHERE x.sink_id = s.sink_id) AS v ON true
WHERE g.team_id = $1 AND ($2::text IS NULL OR g.schema_id = $2)
GROUP BY s.name
ORDER BY s.name
