-- Guarantees whether a silo serves duckdb whose files cannot be looked at from here: one of another host or of an earlier version. $1 host.
SELECT EXISTS (SELECT FROM orleans_batch.serving_silo AS s WHERE s.sink = 'duckdb' AND s.host IS DISTINCT FROM $1)
