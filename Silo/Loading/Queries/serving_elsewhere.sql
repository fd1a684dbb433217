-- Guarantees whether a silo serves duckdb or delta whose files can't be looked at from here.
-- A silo of another host or of an earlier version counts. $1 host.
SELECT EXISTS (
  SELECT FROM orleans_batch.serving_silo AS s WHERE s.sink IN ('duckdb', 'delta') AND s.host IS DISTINCT FROM $1
)
