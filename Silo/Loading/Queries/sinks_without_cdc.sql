-- Guarantees the names of the active sinks that take no change events.
SELECT s.name FROM orleans_batch.sink AS s WHERE s.name IN ('duckdb', 'delta') AND s.state = 'active' ORDER BY s.name DESC
