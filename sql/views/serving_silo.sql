-- Guarantees a row for each sink of each silo that runs at this moment, with the silo's settings.
-- Silos that connect under another role can't be seen.
-- Host, process and version are null for a silo that was started by an earlier version of the program.
CREATE OR REPLACE VIEW orleans_batch.serving_silo AS
SELECT v.sink_id, s.name AS sink, v.silo, v.started_at, o.host, o.process_id, o.version, v.destination, v.input_roots
FROM orleans_batch.silo_sink AS v
JOIN orleans_batch.sink AS s ON s.sink_id = v.sink_id
LEFT JOIN orleans_batch.silo AS o ON o.name = v.silo
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_stat_activity AS a
  WHERE a.datname = current_database() AND a.application_name = 'orleans-batch-poller@' || v.silo);
