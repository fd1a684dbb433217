-- Guarantees the silo that each group's cursor names at this moment.
SELECT g.team_id, g.schema_id, c.owner
FROM orleans_batch.sink_cursor AS c
JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
WHERE c.owner IS NOT NULL
