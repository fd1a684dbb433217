-- Guarantees that the silo is on record with its process, and as serving no other sinks than these.
-- $1 silo, $2 sinks, $3 host, $4 process id, $5 version, $6 slots.
-- The connection of a silo's poller tells whether the silo still runs. What silos that are gone have left behind goes with the next start
-- after a day, and their hung calls with the next start.
WITH gone AS (
  DELETE FROM orleans_batch.silo_sink AS v
  WHERE (v.silo = $1 AND v.sink_id <> ALL ($2))
    OR (v.silo <> $1 AND v.started_at < statement_timestamp() - interval '1 day'
        AND NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS r WHERE r.silo = v.silo))
), hung AS (
  DELETE FROM orleans_batch.hung_call AS y
  WHERE y.silo = $1 OR NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS r WHERE r.silo = y.silo)
), forgotten AS (
  DELETE FROM orleans_batch.silo AS o
  WHERE o.name <> $1 AND o.started_at < statement_timestamp() - interval '1 day'
    AND NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS r WHERE r.silo = o.name)
)
INSERT INTO orleans_batch.silo (name, host, process_id, version, slots) VALUES ($1, $3, $4, $5, $6)
ON CONFLICT ON CONSTRAINT silo_pk DO UPDATE
SET host = EXCLUDED.host, process_id = EXCLUDED.process_id, version = EXCLUDED.version, slots = EXCLUDED.slots,
  started_at = EXCLUDED.started_at
