-- A run in a sink: its outcome and counts. Written by the group's owner, and by the functions that end a run.
CREATE TABLE orleans_batch.sink_run (
  run_id uuid NOT NULL,
  sink_id smallint NOT NULL,
  group_id int NOT NULL,
  state text NOT NULL DEFAULT 'running',
  batches_applied bigint NOT NULL DEFAULT 0,
  batches_skipped bigint NOT NULL DEFAULT 0,
  rows_announced bigint,
  first_error text,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  progressed_at timestamptz,
  batches_failed bigint NOT NULL DEFAULT 0,
  -- Null when a sink that does not count has applied a batch.
  rows_applied bigint DEFAULT 0,
  rows_replaced bigint DEFAULT 0,
  values_rounded bigint NOT NULL DEFAULT 0,
  -- Batches of which another number of rows was applied than their producer announced.
  batches_differing bigint NOT NULL DEFAULT 0,
  first_error_detail text,
  -- The sink's own words about the run's end.
  notes text[],
  CONSTRAINT sink_run_pk PRIMARY KEY (run_id, sink_id)
) WITH (fillfactor = 50);

-- The gauges count failed runs. A run enters the index when it fails, and moves in it no more.
CREATE INDEX sink_run_failed ON orleans_batch.sink_run (sink_id, finished_at) WHERE state = 'failed';
