-- A run that was forgotten while its producer may still have been at work: it takes no further batches.
-- Written by forget. Rows older than 30 days are deleted by remove_group.
CREATE TABLE orleans_batch.forgotten_run (
  run_id uuid NOT NULL,
  forgotten_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT forgotten_run_pk PRIMARY KEY (run_id)
);
