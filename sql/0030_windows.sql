-- Counts of the run that the cursor is in, kept in the cursor's own row while the owner goes through it and moved to sink_run once a second,
-- when it gets to another run, and when it leaves. A row of its own, written by key with every window, would slow down under an old snapshot.
ALTER TABLE orleans_batch.sink_cursor
  ADD COLUMN run_id uuid,
  ADD COLUMN run_batches bigint NOT NULL DEFAULT 0,
  ADD COLUMN run_rows bigint NOT NULL DEFAULT 0,
  ADD COLUMN run_started_at timestamptz;
