-- Guarantees whether a sink takes part that takes no change events.
SELECT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.name = 'duckdb' AND s.state = 'active')
