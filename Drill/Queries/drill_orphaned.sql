-- Guarantees the groups of which a silo has taken up a batch and not finished it. $1 the silo; empty means every silo.
SELECT g.team_id, g.schema_id, c.epoch
FROM orleans_batch.sink_cursor AS c
JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
WHERE c.claimed_to >= c.next_seq AND (c.owner = $1 OR $1 = '')
