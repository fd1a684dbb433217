-- Guarantees the names of the active sinks that take no change events.
SELECT s.name FROM orleans_batch.sink AS s WHERE s.name = 'delta' AND s.state = 'active'
