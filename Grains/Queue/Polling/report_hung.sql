-- Guarantees that exactly these calls of the silo's sinks are on record as hung: cancelled, and not returned.
-- $1 silo, $2 teams, $3 schemas, $4 sinks, $5 for how many seconds (pairwise). Only the silo's own poller writes its rows.
WITH hung AS (
  SELECT g.group_id, s.sink_id, clock_timestamp() - make_interval(secs => h.seconds) AS since
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::double precision[]) AS h(team_id, schema_id, sink, seconds)
  CROSS JOIN LATERAL (
    SELECT x.group_id FROM orleans_batch.batch_group AS x WHERE x.team_id = h.team_id AND x.schema_id = h.schema_id LIMIT 1) AS g
  JOIN orleans_batch.sink AS s ON s.name = h.sink
), gone AS (
  DELETE FROM orleans_batch.hung_call AS y
  WHERE y.silo = $1 AND NOT EXISTS (SELECT FROM hung AS h WHERE h.group_id = y.group_id AND h.sink_id = y.sink_id)
), come AS (
  INSERT INTO orleans_batch.hung_call (silo, group_id, sink_id, since) SELECT $1, h.group_id, h.sink_id, h.since FROM hung AS h
  ON CONFLICT ON CONSTRAINT hung_call_pk DO NOTHING
  RETURNING 1
)
SELECT count(*)::int FROM come
