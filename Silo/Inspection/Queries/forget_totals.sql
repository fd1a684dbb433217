-- Guarantees how many groups, runs, open runs and retained entries a forget is about. $1 team, $2 schema, null for all of the team.
-- Seqs have no gaps, so entries are counted by the first and the last one.
SELECT count(*), coalesce(sum(r.runs), 0)::bigint, coalesce(sum(r.open_runs), 0)::bigint,
  coalesce(sum(g.tail_seq - e.seq + 1), 0)::bigint
FROM orleans_batch.batch_group AS g
CROSS JOIN LATERAL (
  SELECT count(*) AS runs, count(*) FILTER (WHERE x.state = 'open') AS open_runs FROM orleans_batch.run AS x
  WHERE x.group_id = g.group_id) AS r
LEFT JOIN LATERAL (
  SELECT l.seq FROM orleans_batch.log_entry AS l WHERE l.group_id = g.group_id ORDER BY l.seq LIMIT 1) AS e ON true
WHERE g.team_id = $1 AND ($2::text IS NULL OR g.schema_id = $2)
