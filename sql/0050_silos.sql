-- What a silo says of itself when it starts, so that others can tell which files it reaches and where it writes.

-- A silo, written when it starts. Nobody keeps the row fresh: whether the silo still runs is told by its poller's connection.
CREATE TABLE orleans_batch.silo (
  name text NOT NULL,
  host text NOT NULL,
  process_id int NOT NULL,
  version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT silo_pk PRIMARY KEY (name)
);

-- What the sink says of its settings on that silo: where it writes to (null: it does not say), and the directories that it reads batches
-- from (empty: it names none).
ALTER TABLE orleans_batch.silo_sink
  ADD COLUMN destination text,
  ADD COLUMN input_roots text[] NOT NULL DEFAULT '{}';

-- The silos that run at this moment, the sinks they serve, and with which settings. The connections of another role's silos can't be seen.
-- Host, process and version are null for a silo that was started by an earlier version of the program.
CREATE OR REPLACE VIEW orleans_batch.serving_silo AS
SELECT v.sink_id, s.name AS sink, v.silo, v.started_at, o.host, o.process_id, o.version, v.destination, v.input_roots
FROM orleans_batch.silo_sink AS v
JOIN orleans_batch.sink AS s ON s.sink_id = v.sink_id
LEFT JOIN orleans_batch.silo AS o ON o.name = v.silo
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_stat_activity AS a
  WHERE a.datname = current_database() AND a.application_name = 'orleans-batch-poller@' || v.silo);
