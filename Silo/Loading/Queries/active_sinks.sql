-- Guarantees the names of the active sinks that follow no other.
SELECT s.name FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL AND s.state = 'active' ORDER BY s.sink_id
