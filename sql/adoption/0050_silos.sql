-- Guarantees what a silo says of itself when it starts, and of the settings of its sinks.
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
