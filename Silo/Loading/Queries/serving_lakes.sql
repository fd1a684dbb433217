-- Guarantees the silos of this host that serve duckdb at this moment, with lake and roots. $1 host. A silo of an earlier version says neither.
SELECT s.silo, s.destination, s.input_roots
FROM orleans_batch.serving_silo AS s
WHERE s.sink = 'duckdb' AND s.host = $1
ORDER BY s.started_at, s.silo
