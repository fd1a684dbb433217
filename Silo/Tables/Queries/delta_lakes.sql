-- Guarantees the lakes that silos have on record for the sink delta, with the silos' hosts.
-- Those of running silos come first, and the newest of them before others. A silo of an earlier version has no host on record.
SELECT x.destination, o.host
FROM orleans_batch.silo_sink AS x
JOIN orleans_batch.sink AS s ON s.sink_id = x.sink_id
LEFT JOIN orleans_batch.silo AS o ON o.name = x.silo
LEFT JOIN orleans_batch.serving_silo AS v ON v.silo = x.silo AND v.sink_id = x.sink_id
WHERE s.name = 'delta' AND x.destination IS NOT NULL
ORDER BY v.silo IS NULL, x.started_at DESC
