-- Guarantees the silos of this host that serve duckdb or delta at this moment, with the sink, its lake and roots.
-- A silo of an earlier version has neither lake nor roots on record. $1 host.
SELECT s.silo, s.sink, s.destination, s.input_roots
FROM orleans_batch.serving_silo AS s
WHERE s.sink IN ('duckdb', 'delta') AND s.host = $1
ORDER BY s.started_at, s.silo, s.sink
