-- Guarantees how an operator's upkeep ended; no row while it has not. $1 team, $2 schema, $3 sink, $4 when it was asked for.
SELECT coalesce(u.outcome, ''), u.failed
FROM orleans_batch.upkeep AS u
JOIN orleans_batch.batch_group AS g ON g.group_id = u.group_id
JOIN orleans_batch.sink AS s ON s.sink_id = u.sink_id
WHERE g.team_id = $1 AND g.schema_id = $2 AND s.name = $3 AND u.finished_at >= $4 AND u.asked_at IS DISTINCT FROM $4
