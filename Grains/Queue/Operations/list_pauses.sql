-- Guarantees every pause with what waits because of it: the groups and their entries that sinks have not passed. The oldest pause first.
SELECT p.team_id, p.schema_id, s.name, p.who, p.why, p.created_at, w.groups, w.entries
FROM orleans_batch.pause AS p
LEFT JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id
CROSS JOIN LATERAL (
  SELECT count(DISTINCT g.group_id) AS groups, coalesce(sum(g.tail_seq - coalesce(c.next_seq, 1) + 1), 0)::bigint AS entries
  FROM orleans_batch.batch_group AS g
  JOIN orleans_batch.sink AS k ON p.sink_id IS NULL OR k.sink_id = p.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = k.sink_id
  WHERE (p.team_id IS NULL OR g.team_id = p.team_id) AND (p.schema_id IS NULL OR g.schema_id = p.schema_id)
    AND g.tail_seq >= coalesce(c.next_seq, 1)
) AS w
ORDER BY p.created_at, p.pause_id
