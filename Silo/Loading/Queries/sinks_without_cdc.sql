-- Guarantees whether the sink duckdb, which takes no change events, is active.
SELECT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.name = 'duckdb' AND s.state = 'active')
