-- Guarantees $3 wakeups of each of the groups $1 to $2.
INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
SELECT g.team_id, g.group_id, s.sink_id
FROM orleans_batch.batch_group AS g CROSS JOIN orleans_batch.sink AS s CROSS JOIN generate_series(1, $3::int)
WHERE g.group_id BETWEEN $1 AND $2
