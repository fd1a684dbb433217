-- Guarantees the silos that run at this moment, a row for each sink that they serve, with the sink's settings there. $1 sink, null for all.
SELECT v.silo, v.sink, v.host, v.process_id, v.version, v.destination, v.input_roots, v.started_at
FROM orleans_batch.serving_silo AS v
WHERE $1::text IS NULL OR v.sink = $1
ORDER BY v.sink, v.silo
