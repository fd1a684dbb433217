-- An entry of the log: never changed, ordered by seq within its group, partitioned by the day (UTC) of created_at.
-- created_at never falls within a group, so an owner that knows the time of the last entry it passed needs no older partition.
-- Written only by enqueue, by seal_run, and by whatever ends a run with a marker. Owners only read it.
CREATE TABLE orleans_batch.log_entry (
  group_id int NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,
  run_id uuid NOT NULL,
  -- Null in a marker.
  batch_index int,
  -- The run under which the batch was first enqueued; null means its own run.
  origin_run_id uuid,
  origin_index int,
  path text,
  row_count bigint,
  byte_size bigint,
  is_final boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  CONSTRAINT log_entry_pk PRIMARY KEY (group_id, seq, created_at)
) PARTITION BY RANGE (created_at);

CREATE INDEX log_entry_by_run ON orleans_batch.log_entry (run_id, batch_index);
