-- Guarantees the runs of earlier calls that are unfinished, the oldest first.
SELECT c.run_id, g.team_id, g.schema_id, c.lake
FROM orleans_batch.load_call AS c
JOIN orleans_batch.run AS r ON r.run_id = c.run_id
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
WHERE orleans_batch.run_standing(r) = 'unfinished'
ORDER BY c.made_at, c.run_id
