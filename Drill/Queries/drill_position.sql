-- Guarantees where the group's cursor stands, with the batch there. $1 team, $2 schema. No row means that it was never owned.
SELECT c.epoch, c.next_seq, e.run_id, e.batch_index, e.path
FROM orleans_batch.sink_cursor AS c
JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
LEFT JOIN orleans_batch.log_entry AS e ON e.group_id = c.group_id AND e.seq = c.next_seq AND e.kind = 'batch'
WHERE g.team_id = $1 AND g.schema_id = $2
