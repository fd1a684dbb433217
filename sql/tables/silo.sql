-- A silo, written when it starts. Nobody keeps the row fresh: the silo runs as long as its poller's connection is there.
CREATE TABLE orleans_batch.silo (
  name text NOT NULL,
  host text NOT NULL,
  process_id int NOT NULL,
  version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  slots int NOT NULL DEFAULT 16,
  CONSTRAINT silo_pk PRIMARY KEY (name)
);
