-- Guarantees columns for what a sink did with each batch, beside what its producer announced.
-- The announced numbers move to a column of their own. How many rows were applied before is unknown, also of a run that goes on.
-- A silo of an earlier version writes the announced numbers to rows_applied until it is stopped.
ALTER TABLE orleans_batch.sink_run RENAME COLUMN rows_applied TO rows_announced;

ALTER TABLE orleans_batch.sink_run
  ALTER COLUMN rows_announced DROP NOT NULL,
  ALTER COLUMN rows_announced DROP DEFAULT,
  -- Null: some batch was applied by a sink that does not count.
  ADD COLUMN rows_applied bigint,
  ADD COLUMN rows_replaced bigint,
  ADD COLUMN values_rounded bigint NOT NULL DEFAULT 0,
  -- Batches of which another number of rows was applied than their producer announced.
  ADD COLUMN batches_differing bigint NOT NULL DEFAULT 0,
  ADD COLUMN first_error_detail text,
  -- What the sink said of the run's end.
  ADD COLUMN notes text[];

ALTER TABLE orleans_batch.sink_run
  ALTER COLUMN rows_applied SET DEFAULT 0,
  ALTER COLUMN rows_replaced SET DEFAULT 0;

ALTER TABLE orleans_batch.sink_cursor
  ALTER COLUMN run_rows DROP NOT NULL,
  ALTER COLUMN run_rows DROP DEFAULT,
  -- As in sink_run; run_rows is what the producer announced.
  ADD COLUMN run_rows_applied bigint,
  ADD COLUMN run_rows_replaced bigint,
  ADD COLUMN run_values_rounded bigint NOT NULL DEFAULT 0,
  ADD COLUMN run_batches_differing bigint NOT NULL DEFAULT 0;

ALTER TABLE orleans_batch.batch_attempt
  -- What the library behind the sink said, beside the sentence in error.
  ADD COLUMN error_detail text,
  -- Of each batch of the window, in order; null when the sink counted none of them, or rounded nothing.
  ADD COLUMN rows_applied bigint[],
  ADD COLUMN rows_replaced bigint[],
  ADD COLUMN values_rounded bigint[];

-- A partition that retention has detached may be attached again, which takes the same columns.
DO $$
DECLARE
  detached regclass;
BEGIN
  FOR detached IN
    SELECT c.oid FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
      AND c.relname ~ '^batch_attempt_[0-9]{8}$'
  LOOP
    EXECUTE format(
      'ALTER TABLE %s ADD COLUMN error_detail text, ADD COLUMN rows_applied bigint[], ADD COLUMN rows_replaced bigint[], '
      'ADD COLUMN values_rounded bigint[]', detached);
  END LOOP;
END $$;

ALTER TABLE orleans_batch.batch_exception ADD COLUMN error_detail text;

ALTER TABLE orleans_batch.parked ADD COLUMN error_detail text;

DROP FUNCTION orleans_batch.own_window(int, smallint, bigint, text, text, boolean, int, int, boolean);

DROP FUNCTION orleans_batch.advance_window(
  int, smallint, bigint, text, text, bigint, tid, bigint, bigint, timestamptz, timestamptz, uuid, bigint, bigint, timestamptz, text,
  boolean, int, boolean, boolean, bigint);
