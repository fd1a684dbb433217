-- Guarantees the number of groups that have something left to do.
SELECT count(*) FROM orleans_batch.group_status AS s WHERE s.state <> 'idle'
