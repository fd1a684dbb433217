-- Guarantees every cursor's group with its epoch at this moment.
SELECT g.team_id, g.schema_id, c.epoch
FROM orleans_batch.sink_cursor AS c
JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
