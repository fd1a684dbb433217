-- Guarantees the silos of this host that serve duckdb at this moment, with lake and roots.
-- A silo of an earlier version has neither lake nor roots on record. $1 host.
SELECT s.silo, s.destination, s.input_roots
FROM orleans_batch.serving_silo AS s
WHERE s.sink = 'duckdb' AND s.host = $1
ORDER BY s.started_at, s.silo
