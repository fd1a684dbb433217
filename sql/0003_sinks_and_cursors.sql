-- Owners' side: sinks, the position of each sink in each group, and what became of runs and batches there.
-- No foreign key to a producer's table: a producer's open transaction must never delay an owner.

CREATE TABLE orleans_batch.sink (
  sink_id smallint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  upstream_id smallint,
  state text NOT NULL DEFAULT 'active',
  CONSTRAINT sink_pk PRIMARY KEY (sink_id),
  CONSTRAINT sink_name_is_unique UNIQUE (name),
  CONSTRAINT sink_upstream_fk FOREIGN KEY (upstream_id) REFERENCES orleans_batch.sink (sink_id),
  CONSTRAINT sink_name_has_no_slash CHECK (name <> '' AND position('/' IN name) = 0),
  CONSTRAINT sink_state_is_known CHECK (state IN ('active', 'disabled'))
);

-- Written only by the holder of the advisory lock, and only with the epoch it raised.
CREATE TABLE orleans_batch.sink_cursor (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  next_seq bigint NOT NULL DEFAULT 1,
  -- The last batch this sink really applied: skipped and failed ones leave it behind next_seq.
  applied_seq bigint NOT NULL DEFAULT 0,
  -- The created_at of the last entry passed: reads look at no older partition.
  floor_at timestamptz NOT NULL DEFAULT '-infinity',
  -- The last entry taken up and not yet finished; null when nothing is claimed.
  claimed_to bigint,
  claimed_at timestamptz,
  -- pg_postmaster_start_time() at the claim: a claim lost with a restart of the database is not the batch's fault.
  claimed_under timestamptz,
  -- The last entry of a window whose owner was lost.
  suspect_to bigint,
  attempt int NOT NULL DEFAULT 0,
  losses int NOT NULL DEFAULT 0,
  epoch bigint NOT NULL,
  owner text,
  owned_at timestamptz,
  heartbeat_at timestamptz,
  CONSTRAINT sink_cursor_pk PRIMARY KEY (group_id, sink_id),
  CONSTRAINT attempt_not_negative CHECK (attempt >= 0 AND losses >= 0)
) WITH (fillfactor = 50);

CREATE TABLE orleans_batch.sink_run (
  run_id uuid NOT NULL,
  sink_id smallint NOT NULL,
  group_id int NOT NULL,
  state text NOT NULL DEFAULT 'running',
  batches_applied bigint NOT NULL DEFAULT 0,
  batches_skipped bigint NOT NULL DEFAULT 0,
  rows_applied bigint NOT NULL DEFAULT 0,
  first_error text,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  CONSTRAINT sink_run_pk PRIMARY KEY (run_id, sink_id),
  CONSTRAINT sink_run_state_is_known
    CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled', 'superseded', 'stranded')),
  CONSTRAINT finished_unless_running CHECK ((state = 'running') = (finished_at IS NULL))
) WITH (fillfactor = 50);

CREATE TABLE orleans_batch.batch_exception (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT batch_exception_pk PRIMARY KEY (group_id, sink_id, seq),
  CONSTRAINT exception_kind_is_known CHECK (kind IN ('failed', 'skipped', 'replayed'))
);

-- One row per finished window or failed attempt, partitioned by the day (UTC) of finished_at.
CREATE TABLE orleans_batch.batch_attempt (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  attempt int NOT NULL,
  outcome text NOT NULL,
  started_at timestamptz,
  finished_at timestamptz NOT NULL,
  silo text NOT NULL,
  epoch bigint NOT NULL,
  error text,
  CONSTRAINT outcome_is_known CHECK (outcome IN ('succeeded', 'failed', 'retry', 'not_ready', 'lost', 'drained'))
) PARTITION BY RANGE (finished_at);

CREATE INDEX batch_attempt_by_seq ON orleans_batch.batch_attempt (group_id, sink_id, to_seq DESC);
