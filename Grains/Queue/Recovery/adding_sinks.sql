-- Guarantees the names of the sinks that have not all their groups yet.
SELECT s.name FROM orleans_batch.sink AS s WHERE s.state = 'adding' ORDER BY s.name
