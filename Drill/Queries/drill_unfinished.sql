-- Guarantees the number of groups that have work left.
SELECT count(*) FROM orleans_batch.group_status AS s WHERE s.state <> 'idle'
